"""Taking named members out of an archive, and nothing else.

An archive is hostile input: no member is ever written to the path it names, only to the path we chose, and no more
than `LIMIT_BYTES` are written for one member.
"""

import lzma
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from toolchain.error import SourceRefusedError

LIMIT_BYTES = 1 << 30
_CHUNK = 1 << 20


def unpack_xz(archive: Path, target: Path) -> None:
    """Decompress a single `.xz` file; raise `SourceRefusedError` when it is truncated or corrupt."""
    try:
        with lzma.open(archive, "rb") as source:
            _copy(source, target)
    except (lzma.LZMAError, EOFError) as error:
        raise SourceRefusedError(f"{archive.name} is corrupt ({error})") from error


def unpack_tar(archive: Path, wanted: Mapping[str, Path]) -> set[str]:
    """Copy the wanted members (name in the archive -> target file) and return the names found.

    Only regular files count. Raises `SourceRefusedError` when the archive is truncated or corrupt.
    """
    found = set()
    try:
        with tarfile.open(archive, "r:*") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                if name in wanted and member.isfile():
                    source = tar.extractfile(member)
                    if source is not None:
                        with source:
                            _copy(source, wanted[name])
                        found.add(name)
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
        raise SourceRefusedError(f"{archive.name} is corrupt ({error})") from error
    return found


def _copy(source: IO[bytes], target: Path) -> None:
    """Copy a stream to a new file, refusing to write more than the limit."""
    written = 0
    with target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > LIMIT_BYTES:
                raise SourceRefusedError(f"{target.name} unpacks to more than {LIMIT_BYTES >> 20} MiB")
            sink.write(chunk)


def copy_file(source: Path, target: Path) -> None:
    """Copy a plain file; raise `SourceRefusedError` when it cannot be read."""
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise SourceRefusedError(f"{source} cannot be read ({error.strerror})") from error
