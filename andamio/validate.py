"""`andamio validate`: check stack files without touching anything."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from andamio.failure import BAD_INPUT
from andamio.options import Json
from andamio.project import stack_file, stack_names
from stacks.problems import StackError
from stacks.stack_file import read_file
from stacks.warning import stack_warnings


def validate(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stack names or files; all of stacks/ when none.")] = None,
    as_json: Json = False,
) -> None:
    """Check stack files: one line per mistake or warning, exit code 2 when there is a mistake.

    Examples: `andamio validate` · `andamio validate minimum-local` · `andamio validate my/Pulumi.enterprise-local.yaml`
    """
    files = [_file(name) for name in stacks or stack_names()]
    found = {str(file): _check(file) for file in files}
    if as_json:
        print(json.dumps({file: asdict(verdict) for file, verdict in found.items()}, indent=2))
    else:
        _print(found, Console(highlight=False))
    if any(verdict.problems for verdict in found.values()):
        raise typer.Exit(BAD_INPUT)


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a file, and what is allowed but unwise."""

    problems: list[str]
    warnings: list[str]


def _file(name: str) -> Path:
    return Path(name) if name.endswith((".yaml", ".yml")) else stack_file(name)


def _check(file: Path) -> Verdict:
    try:
        stack = read_file(file)
    except StackError as error:
        return Verdict([str(problem) for problem in error.problems], [])
    return Verdict([], [str(warning) for warning in stack_warnings(stack)])


def _print(found: dict[str, Verdict], console: Console) -> None:
    for file, verdict in found.items():
        console.print(f"[red]✗[/] {file}" if verdict.problems else f"[green]✓[/] {file}", soft_wrap=True)
        for line in verdict.problems:
            console.print(f"  {line}", markup=False, soft_wrap=True)
        for line in verdict.warnings:
            console.print(f"  warning: {line}", markup=False, soft_wrap=True, style="yellow")
