"""`andamio validate`: check stack files without touching anything."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from andamio.failure import BAD_INPUT
from andamio.options import Json
from andamio.project import stack_file, stack_names
from stacks.problems import StackError
from stacks.stack_file import read_file


def validate(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stack names or files; all of stacks/ when none.")] = None,
    as_json: Json = False,
) -> None:
    """Check stack files: one line per mistake, exit code 2 when there is one.

    Examples: `andamio validate` · `andamio validate minimum-local` · `andamio validate my/Pulumi.enterprise-local.yaml`
    """
    files = [_file(name) for name in stacks or stack_names()]
    problems = {str(file): _problems(file) for file in files}
    if as_json:
        print(json.dumps(problems, indent=2))
    else:
        _print(problems, Console(highlight=False))
    if any(problems.values()):
        raise typer.Exit(BAD_INPUT)


def _file(name: str) -> Path:
    return Path(name) if name.endswith((".yaml", ".yml")) else stack_file(name)


def _problems(file: Path) -> list[str]:
    try:
        read_file(file)
    except StackError as error:
        return [str(problem) for problem in error.problems]
    return []


def _print(problems: dict[str, list[str]], console: Console) -> None:
    for file, lines in problems.items():
        console.print(f"[red]✗[/] {file}" if lines else f"[green]✓[/] {file}")
        for line in lines:
            console.print(f"  {line}", markup=False)
