"""Which size carries a load: a tier of the guide, or a custom one made to measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from stacks.components import Component
from stacks.derive.connections import LEAST_POOL, MARGIN, POOL_WEIGHTS, peak_replicas
from stacks.derive.postgres import GUIDE_MAX_CONNECTIONS, least_memory_mib
from stacks.derive.storage_need import storage_need
from stacks.floors import FLOORS, LEAST_CPU
from stacks.load_model.availability import Availability, availability_of
from stacks.load_model.demand import Demand, demand_of
from stacks.load_model.line import Quantity
from stacks.load_model.load import MOST_AVAILABILITY, Load
from stacks.load_model.rates import Rates
from stacks.problems import Problem, StackError
from stacks.sizes import MOST_REPLICAS, ComponentSize
from stacks.tiers import TIERS, TierName, derived_max_replicas

SIZED: tuple[Quantity, ...] = ("cpu", "memory_gib", "storage_gib")
_CPU_STEP = 0.25
_MEMORY_STEP_GIB = 0.25
_STORAGE_STEP_GIB = 5.0


@dataclass(frozen=True, slots=True)
class Shortage:
    """Where a tier's row is less than a load needs: both in the quantity's unit."""

    component: Component
    quantity: Quantity
    has: float
    needs: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A tier against a load: what it lacks (empty when it carries the load), and whether it is up often enough."""

    tier: TierName
    shortages: tuple[Shortage, ...]
    availability: Availability
    available_enough: bool

    @property
    def carries(self) -> bool:
        """Whether the tier is large enough and up often enough."""
        return not self.shortages and self.available_enough


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer to a load: how each tier fits, the smallest that carries it (or None), and the custom rows."""

    demand: Demand
    fits: Mapping[TierName, Fit]
    tier: TierName | None
    base: TierName
    custom: Mapping[Component, ComponentSize]


def choose_size(load: Load, rates: Rates) -> Choice:
    """The smallest tier that carries `load`, and a custom size made to measure, which starts from `base`.

    Raises StackError when no stack can: an availability above the enterprise tier's, or more replicas than
    PostgreSQL has connections for.
    """
    demand = demand_of(load, rates)
    if crowded := next((c for c in Component if demand.of(c, "replicas") > MOST_REPLICAS), None):
        raise _too_much(crowded, demand)
    fits: dict[TierName, Fit] = {tier: _fit(tier, demand, rates) for tier in TIERS}
    carrying = [tier for tier, fit in fits.items() if fit.carries]
    available = [tier for tier, fit in fits.items() if fit.available_enough]
    if not available:
        raise _too_available(load, fits["enterprise"].availability)
    base = available[0]
    custom = {component: _row(component, demand, TIERS[base].sizes[component]) for component in Component}
    return Choice(demand, fits, carrying[0] if carrying else None, base, _connected(custom, load))


def _fit(tier: TierName, demand: Demand, rates: Rates) -> Fit:
    availability = availability_of(tier, rates)
    shortages = []
    for component, size in TIERS[tier].sizes.items():
        for quantity in (*SIZED, "replicas", "network_gbps"):
            has, needs = float(getattr(size, quantity)), demand.of(component, quantity)
            if needs > has:
                shortages.append(Shortage(component, quantity, has, needs))
    enough = availability.percent >= demand.load.availability_percent
    return Fit(tier, tuple(shortages), availability, enough)


def _row(component: Component, demand: Demand, base: ComponentSize) -> ComponentSize:
    """The row that is needed, rounded up to a step and never below what its replicas need to work.

    What no line speaks of stays as in the tier.
    """
    replicas = base.replicas if component.is_store else max(base.replicas, ceil(demand.of(component, "replicas")))
    parts = 1 if component.is_store else replicas
    floor = FLOORS[component]
    least: dict[Quantity, tuple[float, float]] = {
        "cpu": (LEAST_CPU * parts, _CPU_STEP),
        "memory_gib": (floor.memory_gib * parts, _MEMORY_STEP_GIB),
        "storage_gib": (floor.storage_gib * parts, _STORAGE_STEP_GIB),
    }
    changed: dict[str, float] = {"replicas": replicas, "max_replicas": derived_max_replicas(component, replicas)}
    changed["network_gbps"] = max(base.network_gbps, float(ceil(demand.of(component, "network_gbps"))))
    for quantity, (needed, step) in least.items():
        if demand.says(component, quantity):
            changed[quantity] = _up(max(demand.of(component, quantity), needed), step)
        else:
            changed[quantity] = max(float(getattr(base, quantity)), needed)
    return _with_disk(component, base.model_copy(update=changed))


def _with_disk(component: Component, size: ComponentSize) -> ComponentSize:
    """The size with disk for what its memory and its settings will write."""
    need = storage_need(component, size)
    if need is None or need.gib <= size.storage_gib:
        return size
    return size.model_copy(update={"storage_gib": _up(need.gib, _STORAGE_STEP_GIB)})


def _connected(custom: Mapping[Component, ComponentSize], load: Load) -> dict[Component, ComponentSize]:
    """The rows with memory in the database for the least pool of every replica that may run at one time.

    Where autoscaling would take more connections than one PostgreSQL has, there is none.
    """
    rows = dict(custom)
    if _connections(rows) > GUIDE_MAX_CONNECTIONS:
        rows |= {name: rows[name].model_copy(update={"max_replicas": rows[name].replicas}) for name in POOL_WEIGHTS}
    connections = _connections(rows)
    if connections > GUIDE_MAX_CONNECTIONS:
        found = f"{load.concurrent_executions} with {load.requests_per_s:g} requests/s: {connections} connections"
        allowed = f"what fits {GUIDE_MAX_CONNECTIONS} connections of one PostgreSQL"
        mend = "lower it or requests_per_s, or share the load out over several stacks"
        raise StackError([Problem("load.concurrent_executions", found, allowed, mend)])
    database = rows[Component.database]
    memory_gib = _up(least_memory_mib(connections) / 1024, _MEMORY_STEP_GIB)
    if database.memory_gib < memory_gib:
        grown = database.model_copy(update={"memory_gib": memory_gib})
        rows[Component.database] = _with_disk(Component.database, grown)
    return rows


def _connections(rows: Mapping[Component, ComponentSize]) -> int:
    """What the least pools take while a rollout has some replicas twice, with PostgreSQL's margin."""
    peak = peak_replicas(rows, is_cluster=True)
    return MARGIN + LEAST_POOL * sum(peak[name] for name in POOL_WEIGHTS)


def _too_much(component: Component, demand: Demand) -> StackError:
    requested, executed = demand.flow.per_s["request"], demand.flow.per_s["execution"]
    key = "requests_per_s" if requested > executed else "concurrent_executions"
    if component is Component.embeddings:
        key = "documents"
    found = f"{getattr(demand.load, key):g}: {demand.of(component, 'replicas'):g} replicas of {component.value}"
    mend = "lower it, or share the load out over several stacks"
    return StackError([Problem(f"load.{key}", found, f"what {MOST_REPLICAS} replicas carry", mend)])


def _too_available(load: Load, best: Availability) -> StackError:
    allowed = f"at most {min(best.percent, MOST_AVAILABILITY):.3f}, what the enterprise tier is expected to reach"
    mend = "lower it, change the assumed frequencies (--rates), or run two stacks in two regions"
    return StackError([Problem("load.availability_percent", f"{load.availability_percent:g}", allowed, mend)])


def _up(value: float, step: float) -> float:
    return max(step, ceil(value / step - 1e-9) * step)
