"""What changes between two sizes of the platform, and what each change does to what is running."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from andamio.tier_change_rule import RULES, Direction, Effect, Field, Kind
from stacks.components import Component
from stacks.placement import Placement
from stacks.sizes import ComponentSize

FIELDS: tuple[Field, ...] = (
    "cpu",
    "memory_gib",
    "storage_gib",
    "storage_class",
    "network_gbps",
    "replicas",
    "max_replicas",
    "zones",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One side of a comparison: each component's row, where it runs, and the kind of target."""

    name: str
    kind: Kind
    sizes: Mapping[Component, ComponentSize]
    placements: Mapping[Component, Placement]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs, what the change does, and why."""

    component: Component
    field: Field | Literal["placement"]
    before: str
    after: str
    effect: Effect
    reason: str


def changes_between(before: Layout, after: Layout) -> list[Change]:
    """Every value that differs, in the order of the components; components that run on neither side are left out."""
    return [change for component in Component for change in _changes(before, after, component)]


def _changes(before: Layout, after: Layout, component: Component) -> list[Change]:
    old, new = before.placements[component], after.placements[component]
    if old is not new or before.kind is not after.kind:
        return [_moved(before, after, component)] if (old, new) != (Placement.off, Placement.off) else []
    if old in (Placement.off, Placement.external):
        return []
    found = []
    for field in FIELDS:
        was, becomes = getattr(before.sizes[component], field), getattr(after.sizes[component], field)
        follows = field == "max_replicas" and component.is_store
        if was != becomes and not follows:
            found.append(_judged(after, component, field, was, becomes, before.sizes[component].replicas))
    return found


def _judged(
    after: Layout, component: Component, field: Field, was: float | str, becomes: float | str, replicas: int
) -> Change:
    direction: Direction = "changes"
    if not isinstance(was, str) and not isinstance(becomes, str):
        direction = "grows" if becomes > was else "shrinks"
    placement = after.placements[component]
    rule = next(rule for rule in RULES if rule.covers(component, field, direction, placement, after.kind, replicas > 1))
    return Change(component, field, _text(was), _text(becomes), rule.effect, rule.reason)


def _moved(before: Layout, after: Layout, component: Component) -> Change:
    old, new = before.placements[component], after.placements[component]
    was, becomes = f"{old.value} on {before.kind.value}", f"{new.value} on {after.kind.value}"
    if Placement.off in (old, new):
        reason = "starts anew" if old is Placement.off else "goes away, with what it has stored"
        effect = Effect.in_place if old is Placement.off else Effect.removed
    elif component.is_store:
        effect, reason = Effect.replaced, "another server takes its place: its data is copied while nothing writes"
    else:
        effect, reason = Effect.rolling, "the new replicas start before the old ones stop"
    return Change(component, "placement", was, becomes, effect, reason)


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
