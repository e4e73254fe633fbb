"""Programs of a stack whose supervisor died: nobody would stop or restart them."""

from contextlib import suppress

import psutil

from infra.targets.local.home import Home
from infra.targets.local.identity import recorded


def end_all(home: Home, patience_s: float = 15) -> None:
    """Ask every live process of the stack to stop, and kill what is still there after ``patience_s``."""
    processes = _family(home)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(processes, timeout=patience_s)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience_s)


def _family(home: Home) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for pid in recorded(home.pids):
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            found += [process, *process.children(recursive=True)]
    return found
