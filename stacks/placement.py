"""Where a component runs, and which places are meaningful for it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from stacks.components import Component


class Placement(StrEnum):
    """Where a component runs.

    `managed` by the cloud, `in-cluster` as pods (processes on the local target), `external`: one that exists
    already and that Andamio only uses, or `off`.
    """

    managed = "managed"
    in_cluster = "in-cluster"
    external = "external"
    off = "off"


_SERVICE = (Placement.in_cluster,)
_OUR_STORE = (Placement.in_cluster, Placement.external)
_CLOUD_STORE = (Placement.managed, Placement.in_cluster, Placement.external)
_OBSERVABILITY = (Placement.in_cluster, Placement.external, Placement.off)

PLACEMENTS: Mapping[Component, tuple[Placement, ...]] = MappingProxyType(
    {
        Component.gateway: _SERVICE,
        Component.orchestrator: _SERVICE,
        Component.tools: _SERVICE,
        Component.knowledge: _SERVICE,
        Component.database: _CLOUD_STORE,
        Component.vectors: _OUR_STORE,
        Component.cache: _CLOUD_STORE,
        Component.messages: _OUR_STORE,
        Component.embeddings: _OUR_STORE,
        Component.monitoring: _OBSERVABILITY,
        Component.logging: _OBSERVABILITY,
    }
)

_CLOUDS = frozenset({"aws", "gcp", "azure"})


def default_placement(component: Component, target_kind: str) -> Placement:
    """Where `component` runs unless the stack's file says otherwise.

    The clouds run the database and the cache; this machine has no observability of its own yet.
    """
    if target_kind == "local" and Placement.off in PLACEMENTS[component]:
        return Placement.off
    if target_kind in _CLOUDS and Placement.managed in PLACEMENTS[component]:
        return Placement.managed
    return Placement.in_cluster


def allowed_placements(component: Component, target_kind: str) -> tuple[Placement, ...]:
    """The placements that `component` may have on a target: this machine has one, only clouds manage stores."""
    if target_kind == "local":
        return (default_placement(component, target_kind),)
    managed = target_kind in _CLOUDS
    return tuple(place for place in PLACEMENTS[component] if managed or place is not Placement.managed)
