"""Every value of a stack with where it came from: the tier, the stack's file, a default, this machine, or a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import BaseModel

from stacks.components import Component
from stacks.derive.connections import POOL_WEIGHTS, connection_budget, peak_replicas
from stacks.derive.postgres import max_connections
from stacks.derive.rule import GUIDE, OURS, rules_of
from stacks.derive.settings import settings_of
from stacks.placement import Placement
from stacks.provenance import source_of
from stacks.scale import LocalScale
from stacks.schema import Stack
from stacks.sizes import ComponentSize
from stacks.unit import unit_of

Value = int | float | str | bool
FILE = "stack file"


class Origin(StrEnum):
    """Where a value came from."""

    tier = "tier"
    override = "override"
    derived = "derived"
    default = "default"
    machine = "machine"


@dataclass(frozen=True, slots=True)
class Explained:
    """One value: its dotted `key`, the `value`, its `unit` (or ""), `origin`, `rule` in words, and rule's `source`."""

    key: str
    value: Value
    unit: str
    origin: Origin
    rule: str
    source: str


def explain(stack: Stack, scale: LocalScale | None = None) -> tuple[Explained, ...]:
    """Every value of `stack`: what its file says, each component's size, and each derived setting.

    With `scale` sizes and settings are those on that machine; without it, those the stack asks for.
    Components that are off have no sizes.
    """
    sizes = dict(stack.sizes())
    if scale is not None:
        sizes |= {component: entry.scaled for component, entry in scale.components.items()}
    values = [*_plain("", stack, stack.model_fields_set)]
    for component in Component:
        values += _placement(stack, component)
        if stack.placement(component) is not Placement.off:
            values += _size(stack, component, sizes[component])
    placements = {component: stack.placement(component) for component in Component}
    for name, record in settings_of(sizes, placements, stack.target.is_cluster):
        rules = rules_of(type(record))
        values += [
            _derived(f"{name}.{field}", value, rules[field].text, rules[field].source)
            for field, value in asdict(record).items()
        ]
    return (*values, *_pools(stack, sizes))


def _derived(key: str, value: Value, rule: str, source: str) -> Explained:
    return Explained(key, value, unit_of(key), Origin.derived, rule, source)


def _plain(prefix: str, model: BaseModel, written: set[str]) -> Iterator[Explained]:
    """The values outside the components: the tier, the target, the environment and the chat model."""
    for name, field in type(model).model_fields.items():
        if not prefix and name == "components":
            continue
        value, key = getattr(model, name), prefix + (field.alias or name)
        if isinstance(value, BaseModel):
            yield from _plain(f"{key}.", value, value.model_fields_set)
        elif value is not None:
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            origin = Origin.override if name in written else Origin.default
            source = FILE if name in written else OURS
            rule = "the stack's file" if name in written else "the default"
            yield Explained(key, shown, unit_of(key), origin, rule, source)


def _placement(stack: Stack, component: Component) -> Iterator[Explained]:
    override, path = stack.components.get(component), f"components.{component}"
    if override is not None and override.placement is not None:
        for key in ("placement", "endpoint", "secret"):
            if (value := getattr(override, key)) is not None:
                yield Explained(f"{path}.{key}", str(value), "", Origin.override, "the stack's file", FILE)
        return
    rule = f"what the {stack.target.kind} target does with it unless told otherwise"
    yield Explained(f"{path}.placement", str(stack.placement(component)), "", Origin.default, rule, OURS)


def _size(stack: Stack, component: Component, size: ComponentSize) -> Iterator[Explained]:
    asked, path = stack.size(component), f"components.{component}"
    override = stack.components.get(component)
    for field in ComponentSize.model_fields:
        key, value, wanted = f"{path}.{field}", getattr(size, field), getattr(asked, field)
        written = override is not None and getattr(override, field, None) is not None
        origin, rule, source = _origin(stack, component, field, written)
        if value != wanted:
            rule, origin, source = f"{rule} asks {wanted:g}; scaled to this machine", Origin.machine, OURS
        yield Explained(key, str(value) if field == "split" else value, unit_of(key), origin, rule, source)
    rule = f"the row / {size.parts} replicas" if size.parts > 1 else "the whole row"
    for field, value in asdict(size.replica).items():
        yield _derived(f"{path}.replica.{field}", round(value, 3), rule, OURS)


def _origin(stack: Stack, component: Component, field: str, written: bool) -> tuple[Origin, str, str]:
    if written:
        return Origin.override, "the stack's file", FILE
    if field == "max_replicas":
        if component.is_store:
            return Origin.derived, "replicas: a store does not scale by itself", OURS
        several = "twice its replicas" if stack.target.is_cluster else "replicas: one machine does not scale by itself"
        return Origin.derived, several, OURS
    if field in ("split", "quorum"):
        kind = "a store" if component.is_store else "a service"
        return Origin.default, f"the nature of {kind}", OURS
    return Origin.tier, f"the {stack.table} tier", source_of(stack.table, component, field)


def _pools(stack: Stack, sizes: Mapping[Component, ComponentSize]) -> Iterator[Explained]:
    limit = max_connections(sizes[Component.database].replica.memory_mib)
    budget = connection_budget(limit, peak_replicas(sizes, stack.target.is_cluster))
    shared = f"pools x most replicas + a margin of {budget.margin} fit max_connections; weight"
    for name, pool in budget.pools.items():
        yield _derived(f"pools.{name}", pool, f"{shared} {POOL_WEIGHTS[name]}", OURS)
    yield _derived("pools.total", budget.total, f"of max_connections {limit}", GUIDE)
