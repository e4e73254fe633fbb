"""Arguments that several verbs share."""

from typing import Annotated

import typer

from andamio.project import DEFAULT_STACK

StackName = Annotated[
    str,
    typer.Argument(envvar="STACK", help="The stack: a file stacks/Pulumi.<name>.yaml.", show_default=True),
]
StackOption = Annotated[
    str, typer.Option("--stack", envvar="STACK", help="The stack: a file stacks/Pulumi.<name>.yaml.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]

__all__ = ["DEFAULT_STACK", "Json", "StackName", "StackOption"]
