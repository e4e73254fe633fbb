"""Bounds and target of a service's HorizontalPodAutoscaler."""

from dataclasses import dataclass

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize

# New pods take half a minute to be ready; until then the others carry the load in the room above the target.
TARGET_CPU_PERCENT = 70


@dataclass(frozen=True, slots=True)
class AutoscalingSettings:
    """The autoscaler's bounds in replicas and the load it aims at, in percent of a pod's CPU request."""

    min_replicas: int = ruled("replicas")
    max_replicas: int = ruled("max_replicas")
    target_cpu_percent: int = ruled("fixed: room for the load while new pods start", TARGET_CPU_PERCENT)


def autoscaling_settings(size: ComponentSize) -> AutoscalingSettings | None:
    """The autoscaler of a service of that size; None where its bounds are equal."""
    if size.max_replicas <= size.replicas:
        return None
    return AutoscalingSettings(min_replicas=size.replicas, max_replicas=size.max_replicas)
