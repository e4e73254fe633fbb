"""Source 2: a folder or URL of built binaries named by ANDAMIO_TOOLCHAIN_MIRROR, for air-gapped installations.

A mirror holds `<name>-<version>-<os>-<arch>.xz` (`.tar.xz` for several executables) and `SHA256SUMS`.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from toolchain.binary import Binary
from toolchain.cache import sha256_of
from toolchain.error import SourceRefusedError
from toolchain.machine import Machine
from toolchain.progress import Progress, Step
from toolchain.sources.download import fetch
from toolchain.sources.unpack import copy_file, unpack_tar, unpack_xz

VARIABLE = "ANDAMIO_TOOLCHAIN_MIRROR"
_SUMS = "SHA256SUMS"


def configured_mirror() -> str:
    """Return the mirror's folder or URL, or an empty string when none is configured."""
    return os.environ.get(VARIABLE, "").strip()


def archive_name(binary: Binary, machine: Machine) -> str:
    """Return the file name of the binary's archive in a mirror."""
    return f"{binary.name}-{binary.version}-{machine.tag}{binary.mirror_suffix}"


def from_mirror(binary: Binary, machine: Machine, folder: Path, progress: Progress) -> str:
    """Put the binary's executables in `folder` and return where they came from.

    The archive must match the mirror's SHA256SUMS and, where the table pins a checksum for this machine, the table.
    Raises `SourceRefusedError` otherwise, or when no mirror is configured.
    """
    mirror = configured_mirror()
    if not mirror:
        raise SourceRefusedError(f"{VARIABLE} is not set")
    name = archive_name(binary, machine)
    progress(Step(f"{binary.name} {binary.version}: from the mirror {mirror}"))
    sums, archive = folder / f".{_SUMS}", folder / f".{name}"
    try:
        _get(mirror, _SUMS, sums, progress)
        stated = stated_checksum(sums.read_text(encoding="utf-8", errors="replace"), name)
        if stated is None:
            raise SourceRefusedError(f"{mirror} has no {name} in its {_SUMS}")
        _get(mirror, name, archive, progress)
        _verify(archive, name, stated, binary.mirror_sha256.get(machine.tag))
        progress(Step(f"{binary.name} {binary.version}: unpacking"))
        if len(binary.files) == 1:
            unpack_xz(archive, folder / binary.files[0])
        else:
            unpack_tar(archive, {file: folder / file for file in binary.files})
    finally:
        sums.unlink(missing_ok=True)
        archive.unlink(missing_ok=True)
    return f"mirror {mirror}"


def stated_checksum(sums: str, name: str) -> str | None:
    """Return the checksum a `sha256sum` listing states for a file name, or None when it is not listed."""
    for line in sums.splitlines():
        parts = line.split()
        if len(parts) == 2 and parts[1].lstrip("*") == name:
            return parts[0].lower()
    return None


def _verify(archive: Path, name: str, stated: str, pinned: str | None) -> None:
    """Compare the archive with both checksums; raise `SourceRefusedError` naming the one that differs."""
    found = sha256_of(archive)
    if found != stated:
        raise SourceRefusedError(f"{name} has checksum {found}, but the mirror's {_SUMS} says {stated}")
    if pinned is not None and found != pinned:
        raise SourceRefusedError(f"{name} has checksum {found}, but this version of Andamio pins {pinned}")


def _get(mirror: str, name: str, target: Path, progress: Progress) -> None:
    """Copy one file of the mirror to `target`, from a folder or over HTTP."""
    parts = urlsplit(mirror)
    if parts.scheme in {"http", "https"}:
        fetch(f"{mirror.rstrip('/')}/{name}", target, progress)
        return
    if parts.scheme not in {"", "file"}:
        raise SourceRefusedError(f"{VARIABLE} is {mirror!r}; allowed are a folder, file:// and http(s):// addresses")
    base = Path(url2pathname(parts.path) if parts.scheme == "file" else mirror)
    if not base.is_dir():
        raise SourceRefusedError(f"{VARIABLE} names {base}, which is not a folder")
    source = base / name
    if not source.is_file():
        raise SourceRefusedError(f"{base} has no {name}")
    copy_file(source, target)
