"""What a node keeps for itself: the steps that every cloud uses, with figures of its own."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reserved:
    """What pods cannot have of a node: cores, and MiB of memory with the eviction threshold in it."""

    cpu: float
    memory_mib: float


def stepped(amount: float, steps: Sequence[tuple[float, float]]) -> float:
    """The sum over `steps`, each (upper bound, share of what lies below it and above the step before)."""
    total = lower = 0.0
    for upper, share in steps:
        total += max(0.0, min(amount, upper) - lower) * share
        lower = upper
    return total
