"""The smallest type that fits."""

from collections.abc import Callable
from dataclasses import dataclass

from stacks.problems import Problem, StackError
from stacks.skus.sku import Architecture, Sku, SkuTable


@dataclass(frozen=True, slots=True)
class Demand:
    """What one machine must have for `component`: cores, GiB of memory, and zones its standby must span."""

    component: str
    cpu: float
    memory_gib: float
    zones: int = 1

    @property
    def description(self) -> str:
        """The demand in one phrase."""
        return f"{self.cpu:g} cores and {self.memory_gib:g} GiB on one machine"


def choose(
    demand: Demand,
    table: SkuTable,
    *,
    network_gbps: float,
    allow_burstable: bool,
    architecture: Architecture | None = None,
) -> Sku:
    """The first type of `table`, by memory, vCPU and name, that has what `demand` asks.

    Its network has at least `network_gbps`; a type without a published figure is taken on trust, which only
    tables of managed services have. `architecture` None takes any. Raises StackError when nothing fits.
    """
    rules = _rules(demand, network_gbps=network_gbps, allow_burstable=allow_burstable, architecture=architecture)
    for sku in table:
        if all(rule(sku) for rule in rules):
            return sku
    raise StackError(
        [_nothing_fits(demand, table, network_gbps, [sku for sku in table if all(r(sku) for r in rules[2:])])]
    )


def network_fits(sku: Sku, network_gbps: float) -> bool:
    """Whether the type's figure reaches `network_gbps`, or it has none."""
    return sku.network_gbps is None or sku.network_gbps >= network_gbps


def _rules(
    demand: Demand, *, network_gbps: float, allow_burstable: bool, architecture: Architecture | None
) -> list[Callable[[Sku], bool]]:
    """The size's two rules first, then those of the kind of machine."""
    return [
        lambda sku: sku.vcpu >= demand.cpu,
        lambda sku: sku.memory_gib >= demand.memory_gib,
        lambda sku: network_fits(sku, network_gbps),
        lambda sku: allow_burstable or not sku.burstable,
        lambda sku: architecture is None or sku.architecture is architecture,
        lambda sku: demand.zones == 1 or sku.zone_redundant,
    ]


def _nothing_fits(demand: Demand, table: SkuTable, network_gbps: float, candidates: list[Sku]) -> Problem:
    key = f"components.{demand.component}"
    found = f"{demand.description} with {network_gbps:g} Gbit/s"
    if not candidates:
        allowed = f"what a type of {table.cloud}'s {table.kind} table has; none has that network"
        return Problem(f"{key}.network_gbps", found, allowed, "ask less network for it, or place it elsewhere")
    largest = candidates[-1]
    mend = "lower its cpu or memory_gib, raise its replicas where they divide the load, or place it elsewhere"
    return Problem(key, found, f"at most the largest of {table.cloud}'s {table.kind}, {largest.description}", mend)
