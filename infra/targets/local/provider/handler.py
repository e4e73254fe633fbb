"""What a resource type of the provider does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel, JsonValue

Properties = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Change:
    """What differs between the recorded state and the wanted inputs; ``replace`` is a subset of ``update``."""

    update: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Created:
    """The identity and the recorded state of a new resource."""

    identity: str
    state: dict[str, JsonValue] = field(default_factory=dict)


class Handler(Protocol):
    """One resource type. Every method but ``change`` may block and may raise Failure."""

    @property
    def inputs(self) -> type[BaseModel]:
        """The model that validates the inputs."""

    @property
    def immutable(self) -> frozenset[str]:
        """The inputs whose change replaces the resource."""

    def create(self, wanted: Properties) -> Created:
        """Make it so; finds what an interrupted run left and goes on from there."""

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """The state as it is now, or None where the resource is gone."""

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Bring it to the wanted inputs."""

    def delete(self, identity: str, state: Properties) -> None:
        """Remove it; data stays."""


def change(handler: Handler, state: Properties, wanted: Properties) -> Change:
    """Which of the wanted inputs differ from the state."""
    differing = frozenset(name for name in wanted if state.get(name) != wanted[name])
    return Change(update=differing, replace=differing & handler.immutable)
