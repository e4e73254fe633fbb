"""Running one operation of the engine with progress, and saying clearly how it ended."""

from collections.abc import Callable
from typing import TypeVar

from pulumi.automation.errors import CommandError
from rich.console import Console

from andamio.engine import Engine, reason
from andamio.failure import CommandFailure
from andamio.progress import Progress

Result = TypeVar("Result")


def perform(
    engine: Engine, title: str, operation: Callable[[Progress], Result], console: Console
) -> tuple[Result, Progress]:
    """Run ``operation`` with a listener for its events. Raises CommandFailure with the engine's own complaints."""
    progress = Progress(console, title)
    try:
        with progress:
            return operation(progress), progress
    except CommandError as error:
        if engine.command.interrupted:
            raise CommandFailure(
                "interrupted; what was done is recorded. Run the same command again to go on from there."
            ) from error
        raise CommandFailure("\n".join(progress.errors) or reason(error)) from error
