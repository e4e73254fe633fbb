"""Getting a binary: PATH, then the cache, then mirror, vendor release and Go module, the same order for every row."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain.binary import Binary, Use
from toolchain.cache import Acquired, Cache
from toolchain.error import SourceRefusedError, ToolchainError
from toolchain.machine import Machine, cache_root, this_machine
from toolchain.progress import Progress, silent
from toolchain.sources.go import from_go
from toolchain.sources.mirror import VARIABLE, from_mirror
from toolchain.sources.path import find_on_path
from toolchain.sources.vendor import from_vendor
from toolchain.table import TABLE

_Source = Callable[[Binary, Machine, Path, Progress], str]
_SOURCES: tuple[tuple[str, _Source], ...] = (
    ("mirror", from_mirror),
    ("vendor release", from_vendor),
    ("Go module", from_go),
)


@dataclass(frozen=True)
class Located:
    """A binary that is there: its executable (its folder, where it is several) and, in words, where it came from."""

    name: str
    version: str
    path: Path
    source: str


@dataclass(frozen=True)
class Missing:
    """A binary that is not there yet: why it is neither on PATH nor in the cache, and how it can be had."""

    name: str
    version: str
    reasons: tuple[str, ...]
    mend: str


def acquire(name: str, *, progress: Progress = silent) -> Path:
    """Return the executable of the named row, fetching or building it if need be.

    For a row of several executables the folder that holds them is returned. Raises `ToolchainError` when no source
    delivers (the message has one reason for each), KeyError for a name that is not in the table.
    """
    return acquire_row(TABLE[name], progress=progress)


def acquire_row(row: Binary, *, progress: Progress = silent) -> Path:
    """As `acquire`, for a row that need not be in the table."""
    machine, cache = this_machine(), Cache(cache_root())
    present = _present(row, machine, cache)
    if isinstance(present, Located):
        return present.path
    reasons = [("PATH", present[0])]
    with cache.locked(row, progress):
        try:
            # The process that held the lock before us may have acquired it.
            return _path(row, cache.find(row, machine))
        except SourceRefusedError:
            pass
        for place, source in _SOURCES:
            try:
                return _path(row, cache.install(row, machine, _filler(source, row, machine, progress)))
            except SourceRefusedError as error:
                reasons.append((place, str(error)))
            except OSError as error:
                raise ToolchainError(
                    f"{row.name} {row.version} could not be stored in {cache.folder(row)} ({error}). "
                    "Free space there, or set XDG_CACHE_HOME to a folder with room."
                ) from error
    raise ToolchainError(_failure(row, reasons))


def acquire_all(use: Use, *, progress: Progress = silent) -> dict[str, Path]:
    """Acquire every binary of one use, in the table's order; raise `ToolchainError` at the first that fails."""
    return {row.name: acquire_row(row, progress=progress) for row in TABLE.values() if use in row.uses}


def locate(name: str) -> Located | Missing:
    """Say where the named row's executable is, without fetching, building or writing anything."""
    row = TABLE[name]
    present = _present(row, this_machine(), Cache(cache_root()))
    if isinstance(present, Located):
        return present
    return Missing(name=row.name, version=row.version, reasons=present, mend=_mend(row))


def _present(row: Binary, machine: Machine, cache: Cache) -> Located | tuple[str, str]:
    """Look on PATH and in the cache; return the reasons of both when it is in neither."""
    try:
        return Located(row.name, row.version, find_on_path(row), "PATH")
    except SourceRefusedError as error:
        not_on_path = str(error)
    try:
        acquired = cache.find(row, machine)
        return Located(row.name, row.version, _path(row, acquired), f"cache, from {acquired.source}")
    except SourceRefusedError as error:
        return (not_on_path, str(error))


def _filler(source: _Source, row: Binary, machine: Machine, progress: Progress) -> Callable[[Path], str]:
    """Bind a source to a row, leaving the folder to fill."""
    return lambda folder: source(row, machine, folder, progress)


def _path(row: Binary, acquired: Acquired) -> Path:
    """Return the executable, or the folder of several."""
    return acquired.folder / row.files[0] if len(row.files) == 1 else acquired.folder


def _mend(row: Binary) -> str:
    """Say what a person can do to have the binary."""
    return (
        f"Do one of: connect this machine to the internet; install Go (built in about {row.go.minutes:g} minutes); "
        f"or set {VARIABLE} to a folder or URL with {row.name} {row.version}."
    )


def _failure(row: Binary, reasons: list[tuple[str, str]]) -> str:
    """Put the reason of every place into one message."""
    places = "\n".join(f"  {place}: {reason}" for place, reason in reasons)
    return f"{row.name} {row.version} could not be had from any of the four places:\n{places}\n{_mend(row)}"
