"""Programs of a stack whose supervisor died: nobody would stop or restart them."""

from contextlib import suppress
from pathlib import Path

import psutil

MARK = "ANDAMIO_HOME"


def programs_of(root: Path) -> list[psutil.Process]:
    """Every live process that was launched for the stack at ``root`` (its environment carries the mark)."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(root) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            # it ended meanwhile, or it belongs to somebody else: not ours either way
            continue
    return found


def end(processes: list[psutil.Process], patience_s: float = 10) -> None:
    """Ask each process to stop, and kill what is still there after ``patience_s``."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(processes, timeout=patience_s)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience_s)
