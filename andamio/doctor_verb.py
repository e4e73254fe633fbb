"""`andamio doctor`: what this machine has and lacks."""

import typer

from andamio import doctor as examination
from andamio.options import Json


def doctor(as_json: Json = False) -> None:
    """Say what is there, what is missing and how to get it. Exit code 1 when something is missing.

    Examples: `andamio doctor` · `andamio doctor --json`
    """
    raise typer.Exit(examination.run(json=as_json))
