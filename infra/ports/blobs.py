"""An object store, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Blobs:
    """``url`` names the container and its scheme: file, s3, gs or az."""

    url: Output[str]
