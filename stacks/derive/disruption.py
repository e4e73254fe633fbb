"""How many replicas a PodDisruptionBudget lets a node's drain take at one time."""

from dataclasses import dataclass

from stacks.components import Split
from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize


@dataclass(frozen=True, slots=True)
class DisruptionSettings:
    """In pods, of the component's least replicas."""

    max_unavailable: int = ruled(
        "voters: what their majority can spare; other stores: 1; services: a quarter, at least 1"
    )
    min_available: int = ruled("replicas - max_unavailable")


def disruption_settings(size: ComponentSize) -> DisruptionSettings:
    """The budget of a component of that size.

    A single replica may be taken: a budget that forbids it would keep its node from ever being emptied.
    """
    replicas = size.replicas
    if replicas == 1:
        spare = 1
    elif size.quorum:
        spare = (replicas - 1) // 2
    elif size.split is Split.mirrored:
        spare = 1
    else:
        spare = max(1, replicas // 4)
    return DisruptionSettings(max_unavailable=spare, min_available=replicas - spare)
