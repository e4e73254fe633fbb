"""`andamio init`: write a stack file, by questions or by flags."""

import json
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.prompt import Confirm, Prompt

from andamio.failure import BadInput
from andamio.options import Json
from andamio.project import stack_file
from andamio.stack_text import stack_text
from andamio.target_flags import Context, Region, TargetKind, Zones, target_of
from stacks.parse import parse
from stacks.schema import Environment, TierChoice, stack_name
from stacks.tiers import TIERS, TierName
from stacks.warning import stack_warnings


def init(
    tier: Annotated[TierChoice | None, typer.Option("--tier", help="How big.")] = None,
    base: Annotated[TierName | None, typer.Option("--from", help="The tier that custom starts from.")] = None,
    target: Annotated[TargetKind | None, typer.Option("--target", help="Where.")] = None,
    environment: Annotated[Environment | None, typer.Option("--env", help="What it is for.")] = None,
    region: Region = None,
    zones: Zones = None,
    context: Context = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    as_json: Json = False,
) -> None:
    """Write stacks/Pulumi.<tier>-<target>[-<env>].yaml: asks on a terminal what the flags leave open.

    Examples: `andamio init` · `andamio init --tier minimum --target local --env dev` ·
    `andamio init --tier enterprise --target aws --region eu-west-1 --zones eu-west-1a,eu-west-1b,eu-west-1c`
    """
    asks = sys.stdin.isatty() and not as_json
    console = Console(stderr=True, highlight=False)
    chosen: dict[str, object] = {"tier": tier or _choice(asks, console, "tier", "How big?", get_args(TierChoice))}
    if chosen["tier"] == "custom" and (base or asks):
        chosen["from"] = base or _choice(asks, console, "from", "Custom, starting from?", tuple(TIERS))
    elif base:
        chosen["from"] = base
    kind = target or _target(_choice(asks, console, "target", "Where?", get_args(TargetKind)))
    if asks:
        region, zones, context = _place(kind, region, zones, context, console)
    chosen["target"] = target_of(kind, region, zones, context)
    default = "production"
    purpose = environment or (
        _choice(asks, console, "env", "What for?", get_args(Environment), default) if asks else default
    )
    if purpose != default:
        chosen["environment"] = purpose
    _write(chosen, force, asks, as_json, console)


def _choice(
    asks: bool, console: Console, flag: str, question: str, choices: tuple[str, ...], default: str | None = None
) -> str:
    if not asks:
        allowed = ", ".join(choices)
        raise BadInput(
            f"--{flag}: found nothing, and there is no terminal to ask on; allowed: {allowed}. Add --{flag}."
        )
    return Prompt.ask(question, choices=list(choices), default=default or choices[0], console=console)


def _target(answer: str) -> TargetKind:
    found: TargetKind = next(kind for kind in get_args(TargetKind) if kind == answer)
    return found


def _place(
    kind: TargetKind, region: str | None, zones: str | None, context: str | None, console: Console
) -> tuple[str | None, str | None, str | None]:
    """What the target needs beyond its kind."""
    if kind == "local":
        return region, zones, context
    if kind == "kubernetes":
        context = context or Prompt.ask("Which context of the kubeconfig?", console=console)
        zones = zones or Prompt.ask("Zones of its nodes, separated by commas (none: one)", default="", console=console)
        return region, zones or None, context
    region = region or Prompt.ask("Which region?", console=console)
    zones = zones or Prompt.ask("Which zones, separated by commas? High availability needs three", console=console)
    return region, zones, context


def _write(chosen: dict[str, object], force: bool, asks: bool, as_json: bool, console: Console) -> None:
    """Validate first, so that no file is written that `andamio validate` would refuse."""
    stack = parse(chosen)
    name = stack_name(stack)
    path = stack_file(name)
    allowed = force or not path.exists()
    if not (allowed or (asks and Confirm.ask(f"{path.name} exists. Write over it?", default=False, console=console))):
        raise BadInput(f"{path}: exists already, and was left as it is; add --force to write over it")
    _save(path, stack_text(chosen))
    warnings = stack_warnings(stack)
    if as_json:
        print(
            json.dumps({"stack": name, "file": str(path), "warnings": [str(warning) for warning in warnings]}, indent=2)
        )
        return
    console.print(f"wrote {path}", markup=False, soft_wrap=True)
    for warning in warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"next: andamio explain {name}", markup=False)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; make the folder writable") from error
