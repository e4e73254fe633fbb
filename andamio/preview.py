"""`andamio preview`: what an up would change."""

import json

from rich.console import Console

from andamio.engine import open_engine
from andamio.operation import perform
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import open_stack, require_provisioned
from toolchain.progress import on_console


def preview(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Say what an up would change, and change nothing.

    Examples: `andamio preview` · `andamio preview enterprise-local --json`
    """
    named = open_stack(stack)
    require_provisioned(named)
    console = Console(stderr=as_json)
    with on_console(console) as progress:
        engine = open_engine(named, progress)
    _, seen = perform(engine, f"previewing {stack}", engine.preview, console)
    if as_json:
        print(json.dumps({"stack": stack, "changes": seen.changes, "notes": seen.notes}, indent=2))
    else:
        for note in seen.notes:
            console.print(note, markup=False, highlight=False, style="dim")
        console.print(", ".join(f"{count} {what}" for what, count in sorted(seen.changes.items())) or "no resources")
