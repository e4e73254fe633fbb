"""The command `andamio`."""

import sys

import typer
from pulumi.automation.errors import CommandError
from rich.console import Console

from andamio.engine import reason
from andamio.failure import BAD_INPUT, CommandFailure
from andamio.verbs import register
from stacks.problems import StackError
from toolchain.error import ToolchainError

app = typer.Typer(
    help="Provision and run the agent platform. Stacks are files in stacks/; `pulumi` itself always works too.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
register(app)


def main() -> None:
    """Run, and end with 0 (ok), 1 (failed), 2 (bad input) or 3 (stopped by a gate)."""
    console = Console(stderr=True)
    try:
        app()
    except CommandFailure as failure:
        _complain(console, str(failure))
        sys.exit(failure.exit_code)
    except StackError as error:
        _complain(console, str(error))
        sys.exit(BAD_INPUT)
    except CommandError as error:
        _complain(console, reason(error))
        sys.exit(CommandFailure.exit_code)
    except ToolchainError as error:
        _complain(console, str(error))
        sys.exit(CommandFailure.exit_code)


def _complain(console: Console, text: str) -> None:
    console.print("[bold red]error:[/]", end=" ")
    console.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
