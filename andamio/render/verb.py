"""`andamio render`: the same tables in other forms."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from andamio.failure import BadInput
from andamio.options import DEFAULT_STACK, Json, StackOption
from andamio.project import open_stack
from andamio.render.compose import CERTIFICATES, COMPOSE_FILE, Rendered, render_compose
from andamio.render.plan import ComposePlan
from andamio.render.secret_file import write_secrets

render = typer.Typer(help="Write a stack in another form.", no_args_is_help=True)


@render.callback()
def _forms() -> None:
    """Write a stack in another form: the guide's compose file."""


@render.command()
def compose(
    stack: StackOption = DEFAULT_STACK,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder for all files; without it the compose file is printed."),
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--secrets", help="Also make the secrets that are missing in the folder.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Render the guide's production compose pattern from a stack's tables; secrets are files beside it.

    Examples: `andamio render compose --stack enterprise-local` ·
    `andamio render compose -o deploy --secrets && cd deploy && docker stack deploy -c compose.yaml agentes`
    """
    if with_secrets and output is None:
        raise BadInput("--secrets: found without --output; allowed: with a folder. Add --output <folder>.")
    named = open_stack(stack)
    rendered = render_compose(ComposePlan(named.name, named.stack))
    if as_json:
        print(
            json.dumps(
                {
                    "files": rendered.files,
                    "notes": rendered.notes,
                    "secrets": rendered.secrets,
                    "brought": rendered.brought,
                },
                indent=2,
            )
        )
    elif output is None:
        print(rendered.files[COMPOSE_FILE], end="")
    if output is not None:
        _write(rendered, output, with_secrets, Console(stderr=True, highlight=False))


def _write(rendered: Rendered, folder: Path, with_secrets: bool, console: Console) -> None:
    try:
        for name, text in rendered.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            console.print(f"wrote {path}", markup=False, soft_wrap=True)
        if with_secrets:
            made = write_secrets(folder / "secretos", [n for n in rendered.secrets if n not in rendered.brought])
            console.print(f"made {len(made)} secrets in {folder / 'secretos'}", markup=False, soft_wrap=True)
    except OSError as error:
        raise BadInput(f"--output: {error.filename}: {error.strerror}; name a folder that can be written") from error
    wanted = [CERTIFICATES.get(name, f"secretos/{name}").removeprefix("./") for name in rendered.secrets]
    missing = [name for name in wanted if not (folder / name).exists()]
    if missing:
        console.print(f"still to bring before it starts: {', '.join(missing)}", markup=False, soft_wrap=True)
    for note in rendered.notes:
        console.print(f"note: {note}", markup=False, soft_wrap=True, style="yellow")
