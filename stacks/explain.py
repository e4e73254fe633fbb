"""Every value of a stack with where it came from: the tier, an override, this machine, or a rule."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from stacks.components import Component
from stacks.derive.cache import CacheSettings, cache_settings
from stacks.derive.connections import POOL_WEIGHTS, connection_budget, peak_replicas
from stacks.derive.messages import MessageSettings, message_settings
from stacks.derive.postgres import PostgresSettings, postgres_settings
from stacks.derive.rule import rules_of
from stacks.derive.runtime import RuntimeSettings, runtime_settings
from stacks.derive.vectors import VectorSettings, vector_settings
from stacks.scale import LocalScale
from stacks.schema import Stack
from stacks.sizes import ComponentSize

Settings = PostgresSettings | CacheSettings | MessageSettings | VectorSettings | RuntimeSettings


class Origin(StrEnum):
    """Where a value came from."""

    tier = "tier"
    override = "override"
    machine = "machine"
    derived = "derived"


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """One value: its dotted `key` (units in its name), the `value`, its `origin`, and the `rule` in words."""

    key: str
    value: int | float | str
    origin: Origin
    rule: str


def explain(stack: Stack, scale: LocalScale | None = None) -> tuple[ExplainedValue, ...]:
    """Every size and every derived setting of `stack`, in the order of the components.

    With `scale` the values are those of that machine; without it, those the stack asks for.
    """
    sizes = dict(stack.sizes())
    if scale is not None:
        sizes |= {component: entry.scaled for component, entry in scale.components.items()}
    values = [entry for component in Component for entry in _sizes(stack, component, sizes[component])]
    runtime = runtime_settings(sizes[Component.orchestrator], sizes[Component.embeddings])
    postgres = postgres_settings(sizes[Component.database])
    settings: tuple[tuple[str, Settings], ...] = (
        ("postgres", postgres),
        ("valkey", cache_settings(sizes[Component.cache])),
        ("nats", message_settings(sizes[Component.messages])),
        ("weaviate", vector_settings(sizes[Component.vectors])),
        ("runtime", runtime),
    )
    values += [entry for name, record in settings for entry in _settings(name, record)]
    replicas = peak_replicas(sizes, stack.target.is_cluster)
    budget = connection_budget(postgres.max_connections, replicas)
    shared = f"pools x replicas + a margin of {budget.margin} fit max_connections; weight"
    values += [
        ExplainedValue(f"pools.{name}", pool, Origin.derived, f"{shared} {POOL_WEIGHTS[name]}")
        for name, pool in budget.pools.items()
    ]
    return tuple(values)


def _sizes(stack: Stack, component: Component, size: ComponentSize) -> Iterator[ExplainedValue]:
    override, asked = stack.components.get(component), stack.size(component)
    for field in ComponentSize.model_fields:
        value, wanted = getattr(size, field), getattr(asked, field)
        overridden = override is not None and getattr(override, field, None) is not None
        origin = Origin.override if overridden else Origin.tier
        rule = "the stack's file" if overridden else f"the {stack.tier} tier"
        if value != wanted and isinstance(wanted, int | float):
            rule = f"{rule} asks {wanted:g}; scaled to this machine"
            origin = Origin.machine
        yield ExplainedValue(f"components.{component}.{field}", value, origin, rule)


def _settings(name: str, record: Settings) -> Iterator[ExplainedValue]:
    rules = rules_of(type(record))
    for field, value in asdict(record).items():
        yield ExplainedValue(f"{name}.{field}", value, Origin.derived, rules[field])
