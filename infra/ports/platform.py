"""Everything a target provides to the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import Output

from infra.ports.blobs import Blobs
from infra.ports.cache import Cache
from infra.ports.database import Database
from infra.ports.embeddings import Embeddings
from infra.ports.messages import Messages
from infra.ports.service import Runner
from infra.ports.vectors import Vectors
from stacks.components import Component
from stacks.sizes import ComponentSize


@dataclass(frozen=True)
class Keys:
    """The platform's own secrets: the key that signs tokens, and the first API key."""

    jwt: Output[str]
    bootstrap_api: Output[str]


@dataclass(frozen=True)
class Platform:
    """One record of each port, the keys, and the runner that places services beside them.

    ``sizes`` are what the components really get on this target, ``facts`` are exported for people and tools.
    """

    database: Database
    cache: Cache
    messages: Messages
    vectors: Vectors
    blobs: Blobs
    embeddings: Embeddings
    keys: Keys
    runner: Runner
    sizes: Mapping[Component, ComponentSize]
    facts: Mapping[str, Output[str] | str | dict[str, str]] = field(default_factory=dict)

    def addresses(self) -> Mapping[Component, Output[str]]:
        """Where each store is, without credentials."""
        return {
            Component.database: self.database.address,
            Component.cache: self.cache.address,
            Component.messages: self.messages.address,
            Component.vectors: self.vectors.url,
            Component.embeddings: self.embeddings.url,
        }
