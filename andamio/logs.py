"""`andamio logs`: what the programs of a stack wrote."""

import os
import shutil
from typing import Annotated

import typer

from andamio.failure import BadInput, CommandFailure
from andamio.options import DEFAULT_STACK, StackOption
from andamio.project import open_stack


def logs(
    component: Annotated[str | None, typer.Argument(help="One component, e.g. gateway; all when left out.")] = None,
    stack: StackOption = DEFAULT_STACK,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as more is written.")] = False,
) -> None:
    """Show the end of the logs of a local stack.

    Examples: `andamio logs` · `andamio logs gateway -n 200` · `andamio logs orchestrator --follow`
    """
    folder = open_stack(stack).home / "logs"
    found = {path.name.removesuffix(".log"): path for path in sorted(folder.glob("*.log"))}
    if not found:
        raise CommandFailure(f"{stack} has no logs yet: run `andamio up {stack}` first")
    if component is not None and component not in found:
        raise BadInput(f"component: found {component!r}; allowed: {', '.join(found)}")
    paths = [found[component]] if component else list(found.values())
    tail = shutil.which("tail")
    if tail is None:
        raise CommandFailure(f"the program tail is missing; the logs are in {folder}")
    os.execv(tail, [tail, "-n", str(lines), *(["-F"] if follow else []), *map(str, paths)])
