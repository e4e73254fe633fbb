"""`andamio destroy`: stop and remove a stack."""

import shutil
from typing import Annotated

import typer
from rich.console import Console

from andamio.engine import open_engine
from andamio.failure import BadInput
from andamio.operation import perform
from andamio.options import DEFAULT_STACK, StackName
from andamio.project import NamedStack, open_stack
from toolchain.progress import on_console


def destroy(
    stack: StackName = DEFAULT_STACK,
    data: Annotated[bool, typer.Option("--data", help="Also delete the data, the secrets and the state.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before data is deleted.")] = False,
) -> None:
    """Stop and remove a stack's resources; its data and secrets stay unless --data is given.

    Examples: `andamio destroy` · `andamio destroy enterprise-local --data --yes`
    """
    named = open_stack(stack)
    console = Console()
    if data and not yes:
        _confirm(named)
    with on_console(console) as progress:
        engine = open_engine(named, progress)
    perform(engine, f"removing {stack}", engine.destroy, console)
    if not data:
        console.print(f"stopped; data and secrets are kept in {named.home}", highlight=False)
        return
    engine.forget()
    _delete(named)
    console.print(f"deleted {named.home}", highlight=False)


def _confirm(named: NamedStack) -> None:
    try:
        answer = typer.prompt(f"This deletes all data of {named.name} in {named.home}. Type the stack's name to go on")
    except typer.Abort:
        answer = ""
    if answer != named.name:
        raise BadInput(f"--data: nothing was deleted; type {named.name} when asked, or give --yes")


def _delete(named: NamedStack) -> None:
    # a store whose server may not run as root has its data elsewhere, with a link here
    for link in (named.home / "data").glob("*"):
        if link.is_symlink():
            shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(named.home)
