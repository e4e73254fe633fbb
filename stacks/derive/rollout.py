"""How a new version replaces the old one on a cluster."""

from dataclasses import dataclass
from math import ceil

from stacks.derive.rule import GUIDE, ruled
from stacks.sizes import ComponentSize

# The guide's orchestrator: maxSurge 2 and maxUnavailable 1 for 5 replicas.
GUIDE_SURGE, GUIDE_REPLICAS = 2, 5


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    """A Deployment's strategy in pods: so many more than its replicas, and so many fewer, at one time."""

    max_surge: int = ruled("2 for 5 replicas; in proportion, rounded up", source=GUIDE)
    max_unavailable: int = ruled("1; 0 for a single replica", source=GUIDE)


def max_surge(size: ComponentSize) -> int:
    """The pods that a rollout starts before it stops others."""
    return ceil(size.replicas * GUIDE_SURGE / GUIDE_REPLICAS)


def rollout_settings(size: ComponentSize) -> RolloutSettings:
    """The strategy of a service of that size."""
    return RolloutSettings(max_surge=max_surge(size), max_unavailable=1 if size.replicas > 1 else 0)
