"""`andamio doctor`: what this machine has and lacks."""

import typer

from andamio import doctor as examination
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import open_stack


def doctor(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Say what is there, what is missing and how to get it. Exit code 1 when something is missing.

    Examples: `andamio doctor` · `andamio doctor --json`
    """
    named = open_stack(stack)
    ports = [port for _, port in named.local.ports.items()]
    raise typer.Exit(examination.run(json=as_json, ports=ports, state=named.home))
