"""The answer of `andamio size`, for people and for programs."""

from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from andamio.tiers import row
from stacks.components import Component
from stacks.load_model.choice import SIZED, Choice, Fit
from stacks.load_model.line import UNITS, Line, Quantity, plain
from stacks.load_model.rates import Rates
from stacks.tiers import TIERS

Data = dict[str, object]


def choice_data(choice: Choice, rates: Rates) -> Data:
    """Everything that was computed, as plain data."""
    return {
        "load": choice.demand.load.model_dump(),
        "measured_on": rates.measurement.model_dump(),
        "steps": list(choice.demand.flow.steps),
        "lines": [_line_data(line) for line in choice.demand.lines],
        "tiers": {name: _fit_data(fit) for name, fit in choice.fits.items()},
        "tier": choice.tier or "custom",
        "custom": {"from": choice.base, "rows": {part.value: row(size) for part, size in choice.custom.items()}},
    }


def _line_data(line: Line) -> Data:
    return {**asdict(line), "component": line.component.value, "unit": UNITS[line.quantity], "text": str(line)}


def _fit_data(fit: Fit) -> Data:
    shortages = [{**asdict(shortage), "component": shortage.component.value} for shortage in fit.shortages]
    return {
        "carries": fit.carries,
        "shortages": shortages,
        "available_enough": fit.available_enough,
        "availability_percent": round(fit.availability.percent, 4),
        "availability_arithmetic": list(fit.availability.arithmetic),
    }


def show_choice(choice: Choice, rates: Rates, file: str, console: Console) -> None:
    """Print the arithmetic, how each tier fits, and the stack file to copy."""
    load = choice.demand.load
    console.print("[bold]The load[/]")
    for step in choice.demand.flow.steps:
        console.print(f"  {step}", markup=False, soft_wrap=True)
    _show_lines(choice, console)
    console.print("\n[bold]Availability[/], as far as redundancy decides (assumed frequencies)")
    for name, fit in choice.fits.items():
        verdict = "enough" if fit.available_enough else "not enough"
        percent = f"{fit.availability.percent:.3f} %"
        console.print(f"  {name}: {percent}, {verdict} for {load.availability_percent:g} %")
        for text in fit.availability.arithmetic:
            console.print(f"    {text}", markup=False, style="dim", soft_wrap=True)
    console.print(_fit_table(choice))
    _show_verdict(choice, console)
    measured = rates.measurement
    console.print(
        f"\nProcessor time and disk were measured on {measured.machine} ({measured.date}, {measured.operations} "
        f"operations of each kind): read them as ratios, and measure on your own machines with `{measured.how}`. "
        "What is assumed, and why, is in stacks/load_model/rates.toml.",
        style="dim",
        soft_wrap=True,
    )
    console.print(f"\n{file}", markup=False, soft_wrap=True)


def _show_lines(choice: Choice, console: Console) -> None:
    previous = None
    for line in choice.demand.lines:
        if line.component is not previous:
            console.print(f"\n[bold]{line.component.value}[/]")
            previous = line.component
        console.print(f"  {line}", markup=False, soft_wrap=True)


def _fit_table(choice: Choice) -> Table:
    """What is needed against the tiers' rows, where there is arithmetic for it."""
    table = Table(box=None, pad_edge=False, title="\nNeeded against each row", title_justify="left")
    table.add_column("component", no_wrap=True)
    table.add_column("of", no_wrap=True)
    for title in ("needs", *choice.fits, "custom"):
        table.add_column(title, justify="right", no_wrap=True)
    previous = None
    for line in choice.demand.lines:
        key = (line.component, line.quantity)
        if line.quantity not in SIZED or key == previous:
            continue
        needs = choice.demand.of(*key)
        cells = [_against(needs, fit, *key) for fit in choice.fits.values()]
        name = "" if previous and previous[0] is line.component else line.component.value
        custom = getattr(choice.custom[line.component], line.quantity)
        table.add_row(name, UNITS[line.quantity], f"{plain(needs)}", *cells, f"{custom:g}")
        previous = key
    return table


def _against(needs: float, fit: Fit, component: Component, quantity: Quantity) -> str:
    has = float(getattr(TIERS[fit.tier].sizes[component], quantity))
    return f"[green]{has:g}[/]" if has >= needs else f"[red]{has:g} ✗[/]"


def _show_verdict(choice: Choice, console: Console) -> None:
    for name, fit in choice.fits.items():
        if fit.carries:
            console.print(f"[green]✓[/] {name} carries this load")
            continue
        lacks = [f"{s.component.value} {plain(s.needs)} of {plain(s.has)} {UNITS[s.quantity]}" for s in fit.shortages]
        lacks += [] if fit.available_enough else ["availability"]
        console.print(f"[red]✗[/] {name} does not: {'; '.join(lacks)}", soft_wrap=True)
    console.print(f"\n[bold]Use {choice.tier or f'custom, from {choice.base}'}.[/]")
