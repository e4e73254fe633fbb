"""An OpenAI-compatible embedding service, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Embeddings:
    """``url`` ends in /v1; ``api_key`` goes into the Authorization header."""

    url: Output[str]
    api_key: Output[str]
