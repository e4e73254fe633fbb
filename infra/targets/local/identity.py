"""Which processes a stack launched: a record each, because a process id alone is used again by others.

Servers such as PostgreSQL and Valkey overwrite the memory that shows their arguments and environment, so those
cannot carry a mark.
"""

import os
from pathlib import Path


def record(folder: Path) -> None:
    """Note this process in ``folder``; the note stays true when the process executes another program."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    started = start_ticks(os.getpid())
    (folder / str(os.getpid())).write_text(str(started))


def recorded(folder: Path) -> list[int]:
    """The ids of the recorded processes that are alive; the notes of others are removed."""
    alive = []
    for note in folder.glob("*"):
        if start_ticks(int(note.name)) == int(note.read_text() or "-1"):
            alive.append(int(note.name))
        else:
            note.unlink(missing_ok=True)
    return alive


def start_ticks(pid: int) -> int | None:
    """When the process started, in clock ticks since boot (field 22 of proc(5)); None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else int(fields[18])
