"""One line of the arithmetic."""

from dataclasses import dataclass
from typing import Literal

from stacks.components import Component

Quantity = Literal["cpu", "memory_gib", "storage_gib", "replicas", "network_gbps"]
UNITS: dict[Quantity, str] = {
    "cpu": "cores",
    "memory_gib": "GiB of memory",
    "storage_gib": "GiB of disk",
    "replicas": "replicas",
    "network_gbps": "Gbit/s",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a component needs of one quantity: `arithmetic` in words and numbers, and the `value` it comes to.

    Cores, memory and disk are those of the component's row: in all for a service, of each replica for a store.
    """

    component: Component
    quantity: Quantity
    arithmetic: str
    value: float

    def __str__(self) -> str:
        """The line for people."""
        unit = "replica" if self.quantity == "replicas" and self.value == 1 else UNITS[self.quantity]
        return f"{self.arithmetic} = {plain(self.value)} {unit}"


def plain(value: float) -> str:
    """A number for people: three digits that matter, thousands apart."""
    if value >= 1000:
        return f"{round(value):,}"
    return f"{value:.3g}"
