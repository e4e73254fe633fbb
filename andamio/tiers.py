"""`andamio tiers`: the two sizing tables side by side."""

import json

from rich.console import Console
from rich.table import Table

from andamio.options import Json
from stacks.components import Component
from stacks.sizes import ComponentSize
from stacks.tiers import ENTERPRISE, MINIMUM, OUR_ROWS, TIERS, Tier

_COLUMNS = {
    "cpu": "cores",
    "memory_gib": "GiB",
    "storage_gib": "disk GiB",
    "network_gbps": "Gbit/s",
    "replicas": "replicas",
    "zones": "zones",
}
_SUMMED = ("cpu", "memory_gib", "storage_gib")


def tiers(as_json: Json = False) -> None:
    """Show both tiers side by side, minimum → enterprise, with what differs marked.

    Examples: `andamio tiers` · `andamio tiers --json | jq .enterprise.database`
    """
    if as_json:
        rows = {name: {part.value: row(size) for part, size in tier.sizes.items()} for name, tier in TIERS.items()}
        print(json.dumps(rows, indent=2))
        return
    console = Console(highlight=False)
    console.print(tier_table())
    console.print(
        "A service's row is its total and its replicas share it; every replica of a store has the whole row.\n"
        "* not in the guide's tables: ours. Use one with `andamio init`, or let `andamio size` choose.",
        style="dim",
        soft_wrap=True,
    )


def row(size: ComponentSize) -> dict[str, float | int | str]:
    """A component's row as plain data."""
    return {**{key: getattr(size, key) for key in _COLUMNS}, "split": size.split.value}


def tier_table() -> Table:
    """Both tables in one: a cell says `minimum → enterprise`, or one value where they agree."""
    table = Table(title="minimum → enterprise", box=None, pad_edge=False, title_justify="left")
    table.add_column("component", no_wrap=True)
    for title in _COLUMNS.values():
        table.add_column(title, justify="right", no_wrap=True)
    for component in Component:
        low, high = MINIMUM.sizes[component], ENTERPRISE.sizes[component]
        cells = [_cell(getattr(low, key), getattr(high, key)) for key in _COLUMNS]
        mark = " *" if component in OUR_ROWS else ""
        table.add_row(f"{component.value}[dim]{mark}[/]", *cells)
    table.add_section()
    totals = [_cell(_total(MINIMUM, key), _total(ENTERPRISE, key)) for key in _SUMMED]
    table.add_row("[bold]all rows[/]", *totals)
    return table


def _total(tier: Tier, key: str) -> float:
    return sum(float(getattr(size, key)) for size in tier.sizes.values())


def _cell(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} → [bold cyan]{high:g}[/]"
