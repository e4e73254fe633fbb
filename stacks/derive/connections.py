"""How PostgreSQL's connections are shared out: pools times replicas, and a margin, fit max_connections."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stacks.components import Component
from stacks.derive.rollout import max_surge
from stacks.sizes import ComponentSize

# 3 that PostgreSQL keeps for superusers, 2 for migrations, 2 for people and metrics, 3 to spare while a
# replica is replaced.
MARGIN = 10

# How the rest is weighed: the orchestrator journals every step, knowledge writes chunks in bulk, the other
# two read keys and results.
POOL_WEIGHTS: Mapping[Component, int] = MappingProxyType(
    {Component.gateway: 2, Component.orchestrator: 4, Component.tools: 2, Component.knowledge: 3}
)

# With one connection a background loop and a request would wait for each other.
LEAST_POOL = 2
# More per process only queues inside PostgreSQL.
LARGEST_POOL = 20


@dataclass(frozen=True, slots=True)
class ConnectionBudget:
    """`pools` has the connections of ONE replica of each service; `total` counts all replicas."""

    max_connections: int
    margin: int
    pools: Mapping[Component, int]
    replicas: Mapping[Component, int]

    @property
    def total(self) -> int:
        """Connections when every pool of every replica is full, and the margin in use."""
        return self.margin + sum(pool * self.replicas[name] for name, pool in self.pools.items())

    @property
    def fits(self) -> bool:
        """Whether `total` is within `max_connections`."""
        return self.total <= self.max_connections


def peak_replicas(sizes: Mapping[Component, ComponentSize], is_cluster: bool) -> dict[Component, int]:
    """The most replicas of each service of POOL_WEIGHTS at one time: all that autoscaling allows, and on a
    cluster those that a rollout starts before it stops others. This machine replaces its processes in place.
    """
    return {name: sizes[name].max_replicas + (max_surge(sizes[name]) if is_cluster else 0) for name in POOL_WEIGHTS}


def connection_budget(max_connections: int, replicas: Mapping[Component, int]) -> ConnectionBudget:
    """Share `max_connections` out by weight; `replicas` has each service of POOL_WEIGHTS (or KeyError).

    A pool never gets below LEAST_POOL; when that does not fit, the budget says so in `fits`.
    """
    pools = dict.fromkeys(POOL_WEIGHTS, LEAST_POOL)
    counts = {name: replicas[name] for name in POOL_WEIGHTS}
    spare = max_connections - MARGIN - sum(LEAST_POOL * count for count in counts.values())
    weights = sum(POOL_WEIGHTS.values())
    for name, weight in POOL_WEIGHTS.items():
        more = max(0, spare) * weight // weights // counts[name]
        pools[name] = min(LARGEST_POOL, LEAST_POOL + more)
    return ConnectionBudget(max_connections, MARGIN, MappingProxyType(pools), MappingProxyType(counts))
