"""`andamio env`: use the engine by hand."""

import shlex
from typing import Annotated

import typer
from rich.console import Console

from andamio.engine import environment, open_engine
from andamio.failure import CommandFailure
from andamio.options import DEFAULT_STACK, StackName
from andamio.project import open_stack
from toolchain.progress import on_console


def env(
    stack: StackName = DEFAULT_STACK,
    api_key: Annotated[bool, typer.Option("--api-key", help="Print the stack's first API key instead.")] = False,
) -> None:
    """Print what a shell needs so that `pulumi` works on a stack by hand.

    Examples: `eval "$(andamio env)" && pulumi up --stack minimum-local` · `andamio env --api-key`
    """
    named = open_stack(stack)
    with on_console(Console(stderr=True)) as progress:
        if api_key:
            outputs = open_engine(named, progress).outputs()
            if "api_key" not in outputs:
                raise CommandFailure(f"{stack} is not up: run `andamio up {stack}` first")
            print(outputs["api_key"].value)
            return
        for name, value in environment(named, progress).items():
            print(f"export {name}={shlex.quote(value)}")
