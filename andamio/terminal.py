"""The toolchain's progress on a terminal."""

from contextlib import AbstractContextManager

from rich.console import Console

from toolchain.progress import Progress, on_console


def download_progress(console: Console) -> AbstractContextManager[Progress]:
    """A context whose value shows each step of getting a binary on ``console``."""
    return on_console(console)
