"""What a person sees while a binary is being fetched or built."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

_REPEAT_S = 30.0


@dataclass(frozen=True)
class Step:
    """One moment of a long step: what is happening and, where known, how much is done (0 to 1)."""

    text: str
    elapsed_s: float = 0.0
    fraction: float | None = None


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Show nothing."""


def _clock(seconds: float) -> str:
    """Render seconds as `m:ss`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _line(step: Step) -> str:
    """Render a step as one line of plain text."""
    done = "" if step.fraction is None else f" {step.fraction:.0%}"
    elapsed = "" if step.elapsed_s < 1 else f" ({_clock(step.elapsed_s)})"
    return f"{step.text}{done}{elapsed}"


@contextmanager
def on_console(console: Console | None = None) -> Iterator[Progress]:
    """Yield a `Progress` that draws one live line on a terminal and plain lines elsewhere.

    Elsewhere (a log, CI) a step is printed when it begins and every 30 seconds while it lasts, so that a long build
    does not look dead. Without a console, lines go to standard error.
    """
    chosen = console or Console(file=sys.stderr)
    if chosen.is_terminal:
        with chosen.status("") as status:
            yield lambda step: status.update(_line(step))
        return
    last_text, last_at = "", 0.0

    def show(step: Step) -> None:
        nonlocal last_text, last_at
        now = time.monotonic()
        if step.text != last_text or now - last_at >= _REPEAT_S:
            last_text, last_at = step.text, now
            chosen.print(_line(step), markup=False, highlight=False, soft_wrap=True)

    yield show
