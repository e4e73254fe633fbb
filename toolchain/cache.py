"""The folder of acquired binaries, shared by all checkouts of one user.

Layout: `<root>/<name>/<version>/` holds the executables and `.acquired.json`; `<root>/<name>/.lock` serialises the
processes that want the same binary. A version's folder appears by one rename of a finished folder, so what is visible
is whole; the record of sizes and checksums notices a file that was damaged afterwards.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolchain.binary import Binary
from toolchain.error import SourceRefusedError, ToolchainError
from toolchain.machine import Machine
from toolchain.progress import Progress, Step

_RECORD = ".acquired.json"
_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class Acquired:
    """A whole binary in the cache: its folder and, in words, where it came from."""

    folder: Path
    source: str


class Cache:
    """The cache under one root folder; nothing is created before `install`."""

    def __init__(self, root: Path) -> None:
        """Take the root folder, as `cache_root` returns it."""
        self.root = root

    def folder(self, binary: Binary) -> Path:
        """Return where the binary's version lives, present or not."""
        return self.root / binary.name / binary.version

    def find(self, binary: Binary, machine: Machine) -> Acquired:
        """Return the cached binary after a check of its files.

        A file whose size and modification time are as recorded is trusted; one that was touched is hashed again.
        Raises `SourceRefusedError` with the reason when there is none or it is damaged.
        """
        folder = self.folder(binary)
        if not folder.is_dir():
            raise SourceRefusedError(f"not in {folder}")
        try:
            record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            if record["machine"] != machine.tag:
                raise SourceRefusedError(f"{folder} was made for {record['machine']}")
            for name in binary.files:
                _check_file(folder / name, record["files"][name])
            return Acquired(folder=folder, source=str(record["source"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceRefusedError(f"{folder} is damaged ({error})") from error

    @contextmanager
    def locked(self, binary: Binary, progress: Progress) -> Iterator[None]:
        """Hold the binary's lock; a second process waits here and then finds the work done.

        Raises `ToolchainError` when the cache folder cannot be created or written.
        """
        parent = self.root / binary.name
        try:
            parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(parent / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ToolchainError(
                f"{binary.name}: the cache folder {parent} cannot be written ({error.strerror}). "
                "Free the folder, or set XDG_CACHE_HOME to one you can write to."
            ) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress(Step(f"{binary.name}: waiting for another process that is acquiring it"))
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def install(self, binary: Binary, machine: Machine, fill: Callable[[Path], str]) -> Acquired:
        """Let `fill` put the executables in a new folder, verify that all are there, and make it visible at once.

        `fill` returns the source in words, or raises `SourceRefusedError`, which passes through with nothing left
        behind. The caller holds `locked`.
        """
        parent = self.root / binary.name
        for stale in parent.glob(".partial-*"):
            shutil.rmtree(stale, ignore_errors=True)
        partial = parent / f".partial-{binary.version}-{os.getpid()}"
        partial.mkdir()
        try:
            source = fill(partial)
            _write_record(binary, machine, partial, source)
            target = self.folder(binary)
            if target.exists():
                target.rename(parent / f".partial-damaged-{os.getpid()}")
            partial.rename(target)
            return Acquired(folder=target, source=source)
        finally:
            for stale in parent.glob(".partial-*"):
                shutil.rmtree(stale, ignore_errors=True)


def _check_file(path: Path, recorded: dict[str, object]) -> None:
    """Raise ValueError or OSError unless the file is the one that was recorded."""
    state = path.stat()
    if state.st_size != recorded["size"]:
        raise ValueError(f"{path.name} has {state.st_size} bytes instead of {recorded['size']}")
    if state.st_mtime_ns != recorded["mtime_ns"] and sha256_of(path) != recorded["sha256"]:
        raise ValueError(f"the checksum of {path.name} has changed")
    if not os.access(path, os.X_OK):
        raise ValueError(f"{path.name} is not executable")


def _write_record(binary: Binary, machine: Machine, folder: Path, source: str) -> None:
    """Make the files executable, flush them to disk and write the record beside them."""
    files = {}
    for path in sorted(folder.iterdir()):
        path.chmod(0o755)
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        state = path.stat()
        files[path.name] = {
            "size": state.st_size,
            "mtime_ns": state.st_mtime_ns,
            "sha256": sha256_of(path),
        }
    missing = [name for name in binary.files if name not in files]
    if missing:
        raise SourceRefusedError(f"{source} does not contain {', '.join(missing)}")
    record = {"machine": machine.tag, "source": source, "files": files}
    (folder / _RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
