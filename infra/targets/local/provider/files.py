"""Private files, written whole or not at all."""

import os
import pwd
import tempfile
from pathlib import Path


def make_private(folder: Path, account: str | None = None) -> None:
    """Create ``folder`` and its missing parents for one account only: 0700, parents it must cross 0711."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700 if account is None or parent == folder else 0o711, exist_ok=True)
    if account is not None:
        _give(folder, account)


def write_private(path: Path, content: str, account: str | None = None) -> bool:
    """Write ``content`` to ``path``, mode 0600, by rename; True where that changed the file."""
    if path.exists() and path.read_text() == content:
        return False
    make_private(path.parent)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if account is not None:
            _give(Path(temporary), account)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def _give(path: Path, account: str) -> None:
    entry = pwd.getpwnam(account)
    os.chown(path, entry.pw_uid, entry.pw_gid)
