"""`andamio up`: bring a stack to what its file says."""

import json

from rich.console import Console

from andamio.engine import open_engine
from andamio.machine import require_room
from andamio.operation import perform
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import open_stack
from andamio.status import report, show
from toolchain.progress import on_console


def up(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Create or update a stack, then print where everything is.

    Examples: `andamio up` · `andamio up enterprise-local` · `andamio up --json`
    """
    named = open_stack(stack)
    console = Console(stderr=as_json)
    require_room(named)
    with on_console(console) as progress:
        engine = open_engine(named, progress)
    _, seen = perform(engine, f"bringing up {stack}", engine.up, console)
    for note in seen.notes:
        console.print(note, markup=False, highlight=False, style="dim")
    found = report(named)
    if as_json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        show(found, console)
        console.print("API key: [bold].venv/bin/andamio env --api-key[/]   try it: [bold]make demo[/]", highlight=False)
