"""`andamio diff-tier`: what a change of tier does, component by component."""

import json
from dataclasses import asdict
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.text import Text

from andamio.options import Json
from andamio.project import open_stack
from andamio.target_flags import TargetKind
from andamio.tier_change import Change, Layout, changes_between
from andamio.tier_change_rule import MEANINGS, Effect, Kind
from stacks.components import Component
from stacks.placement import default_placement
from stacks.tiers import TIERS, TierName

_STYLES = {
    Effect.in_place: "green",
    Effect.rolling: "green",
    Effect.failover: "yellow",
    Effect.downtime: "red",
    Effect.replaced: "bold red",
    Effect.removed: "bold red",
}
_UNITS = {
    "cpu": "cores",
    "memory_gib": "GiB memory",
    "storage_gib": "GiB disk",
    "network_gbps": "Gbit/s network",
    "max_replicas": "replicas at most",
}


def diff_tier(
    before: Annotated[str, typer.Argument(help="A tier, or a stack by name or file.")] = "minimum",
    after: Annotated[str, typer.Argument(help="A tier, or a stack by name or file.")] = "enterprise",
    target: Annotated[
        TargetKind, typer.Option("--target", help="What a tier is compared on; a stack has its own.")
    ] = "kubernetes",
    as_json: Json = False,
) -> None:
    """Say what a change from one size to another changes in place, what it replaces, and what needs downtime.

    Examples: `andamio diff-tier` · `andamio diff-tier minimum enterprise --target aws` ·
    `andamio diff-tier minimum-local enterprise-local`
    """
    left, right = _layout(before, target), _layout(after, target)
    changes = changes_between(left, right)
    if as_json:
        print(json.dumps([asdict(change) for change in changes], indent=2))
    else:
        _show(left.name, right.name, changes, Console(highlight=False))


def _layout(name: str, kind: TargetKind) -> Layout:
    tier: TierName | None = next((tier for tier in get_args(TierName) if tier == name), None)
    if tier is not None:
        placements = {component: default_placement(component, kind) for component in Component}
        where = Kind.machine if kind == "local" else Kind.cluster
        return Layout(f"{name} on {kind}", where, TIERS[tier].sizes, placements)
    named = open_stack(name)
    stack = named.stack
    where = Kind.cluster if stack.target.is_cluster else Kind.machine
    return Layout(named.name, where, stack.sizes(), {part: stack.placement(part) for part in Component})


def _show(before: str, after: str, changes: list[Change], console: Console) -> None:
    console.print(f"[bold]{before} → {after}[/]")
    if not changes:
        console.print("nothing changes")
        return
    for component in Component:
        own = [change for change in changes if change.component is component]
        if not own:
            continue
        console.print(f"\n[bold]{component.value}[/]")
        for effect in Effect:
            for reason in dict.fromkeys(change.reason for change in own if change.effect is effect):
                parts = [_part(change) for change in own if (change.effect, change.reason) == (effect, reason)]
                line = Text("  ").append(f"{effect.value:<9}", _STYLES[effect]).append(f" {', '.join(parts)}")
                console.print(line.append(f" — {reason}", "dim"), soft_wrap=True)
    console.print()
    order = list(Effect)
    worst = dict.fromkeys((change.component for change in changes), Effect.in_place)
    for change in changes:
        worst[change.component] = max(worst[change.component], change.effect, key=order.index)
    for effect in order:
        names = [component.value for component, found in worst.items() if found is effect]
        if names:
            line = Text(f"{effect.value}: ", _STYLES[effect]).append(", ".join(names), "default")
            console.print(line.append(f" ({MEANINGS[effect]})", "dim"), soft_wrap=True)


def _part(change: Change) -> str:
    return f"{change.before} → {change.after} {_UNITS.get(change.field, change.field)}"
