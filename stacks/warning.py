"""What a stack allows itself that is unwise: no mistake, but somebody should have decided it."""

from collections.abc import Iterator
from dataclasses import dataclass

from stacks.components import Component
from stacks.derive.monitoring import monitoring_settings
from stacks.floors import FLOORS
from stacks.placement import Placement
from stacks.schema import Stack
from stacks.sizes import ComponentSize
from stacks.tiers import TIERS

# A row overridden below this share of the tier's is no longer that tier.
LEAST_SHARE = 0.5
# With less, a monthly comparison finds nothing to compare with.
LEAST_RETENTION_DAYS = 15
# Below this many times its floor an override leaves no room for load.
FLOOR_FACTOR = 2
_SIZES = (("cpu", "cores"), ("memory_gib", "GiB"), ("storage_gib", "GiB"))


@dataclass(frozen=True, slots=True)
class StackWarning:
    """One warning: the dotted `key` it is about, the `text`, and how to `mend` it."""

    key: str
    text: str
    mend: str

    def __str__(self) -> str:
        """The warning on one line."""
        return f"{self.key}: {self.text}. {self.mend[:1].upper()}{self.mend[1:]}."


def stack_warnings(stack: Stack) -> tuple[StackWarning, ...]:
    """Everything about `stack` that is allowed but unwise, in the order of the components."""
    observability = list(_observability(stack))
    # Each value is warned of once: what it will cause says more than how small it is.
    told = {warning.key for warning in observability}
    thin = [warning for component in stack.components for warning in _thin(stack, component)]
    found = [*_whole_stack(stack), *_production(stack), *(warning for warning in thin if warning.key not in told)]
    return (*found, *observability)


def _whole_stack(stack: Stack) -> Iterator[StackWarning]:
    if stack.environment != "production":
        return
    if not stack.target.is_cluster:
        text = "production on one machine: nothing survives its loss, and every server runs once"
        yield StackWarning("target.kind", text, "use a cluster, or set environment to dev")
    elif singles := _singles(stack):
        text = f"production without high availability: {', '.join(singles)} run once"
        yield StackWarning("tier", text, "use tier: enterprise, or set environment to staging or dev")
    elif len(stack.zones) < 3:
        text = f"production in {len(stack.zones)} zone(s): a quorum of three cannot survive the loss of one"
        yield StackWarning("target.zones", text, "list three zones")


def _singles(stack: Stack) -> list[Component]:
    """The stores that run once because the minimum table says so: one warning, not one each."""
    if stack.table != "minimum":
        return []
    placed = stack.placed(Placement.in_cluster, Placement.managed)
    return [component for component in placed if component.is_store and stack.size(component).replicas == 1]


def _production(stack: Stack) -> Iterator[StackWarning]:
    """Single replicas that the table does not have; those of `minimum` are one warning, not ten."""
    if stack.environment != "production" or not stack.target.is_cluster:
        return
    for component in stack.placed(Placement.in_cluster, Placement.managed):
        size, usual = stack.size(component), TIERS[stack.table].sizes[component]
        if size.replicas == 1 < usual.replicas:
            text = f"a single replica in production, where the {stack.table} table has {usual.replicas}"
            key = f"components.{component}.replicas"
            yield StackWarning(key, text, f"set {key} to {min(usual.replicas, 3)} or more")
        elif size.zones == 1 < min(usual.zones, size.replicas):
            key = f"components.{component}.zones"
            text = f"all replicas may be in one zone, where the {stack.table} table spans {usual.zones}"
            yield StackWarning(key, text, f"remove {key}")


def _thin(stack: Stack, component: Component) -> Iterator[StackWarning]:
    """Overrides far below the tier, or hardly above what the component needs to start."""
    if stack.placement(component) not in (Placement.in_cluster, Placement.managed):
        return
    size, usual, override = stack.size(component), TIERS[stack.table].sizes[component], stack.components[component]
    for field, unit in _SIZES:
        value, tier = getattr(size, field), getattr(usual, field)
        if getattr(override, field) is not None and value < LEAST_SHARE * tier:
            key = f"components.{component}.{field}"
            text = f"{value:g} {unit} is less than half of the {tier:g} of the {stack.table} table"
            yield StackWarning(key, text, f"give it {LEAST_SHARE * tier:g} or more, or measure that it is enough")
    yield from _hardly_above_floor(stack, component, size)


def _hardly_above_floor(stack: Stack, component: Component, size: ComponentSize) -> Iterator[StackWarning]:
    """More replicas in the same row: each gets less, down to where only an idle process fits."""
    override, floor = stack.components[component], FLOORS[component]
    each_mib, least_mib = size.replica.memory_mib, floor.memory_gib * 1024
    if override.replicas is None or override.memory_gib is not None or each_mib >= FLOOR_FACTOR * least_mib:
        return
    key = f"components.{component}.replicas"
    text = f"{size.replicas} replicas share {size.memory_gib:g} GiB, {each_mib} MiB each, hardly more than an idle one"
    mend = f"set components.{component}.memory_gib to {FLOOR_FACTOR * floor.memory_gib * size.parts:g} or more"
    yield StackWarning(key, text, mend)


def _observability(stack: Stack) -> Iterator[StackWarning]:
    if not stack.target.is_cluster:
        return
    for component in (Component.monitoring, Component.logging):
        if stack.environment == "production" and stack.placement(component) is Placement.off:
            key = f"components.{component}.placement"
            yield StackWarning(key, f"production without {component}", f"remove {key}, or use your own as external")
    if stack.placement(Component.monitoring) is not Placement.in_cluster:
        return
    watched = {c: stack.size(c) for c in stack.placed(Placement.in_cluster, Placement.managed)}
    settings = monitoring_settings(stack.size(Component.monitoring), watched)
    path = "components.monitoring"
    if settings.series_capacity < settings.series_estimate:
        text = f"memory for {settings.series_capacity} series, while about {settings.series_estimate} are expected"
        yield StackWarning(f"{path}.memory_gib", text, f"raise {path}.memory_gib")
    if settings.retention_days < LEAST_RETENTION_DAYS:
        text = f"storage for about {settings.retention_days} days of metrics"
        yield StackWarning(f"{path}.storage_gib", text, f"raise {path}.storage_gib")
