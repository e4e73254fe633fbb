"""Source 1: an executable that is already on PATH and prints an acceptable version."""

import re
import shutil
import subprocess
from pathlib import Path

from toolchain.binary import Binary, OnPath
from toolchain.error import SourceRefusedError

_VERSION_TIMEOUT_S = 15.0


def find_on_path(binary: Binary) -> Path:
    """Return the executable on PATH, after running it to see its version.

    Raises `SourceRefusedError` when there is none, when its version is another one, or when this binary has no way
    of printing its version.
    """
    if binary.on_path is None:
        raise SourceRefusedError("a copy on PATH is not used, because it cannot tell its version")
    found = shutil.which(binary.files[0])
    if found is None:
        raise SourceRefusedError(f"no {binary.files[0]} on PATH")
    version = printed_version(Path(found), binary.on_path)
    if version is None:
        raise SourceRefusedError(f"{found} prints no version")
    if not _acceptable(version, binary):
        wanted = f"{binary.version} or a newer one of the same major version"
        allowed = wanted if binary.on_path.newer_allowed else binary.version
        raise SourceRefusedError(f"{found} is version {version}; allowed is {allowed}")
    return Path(found)


def printed_version(executable: Path, on_path: OnPath) -> str | None:
    """Run the executable and return the version it prints, or None when it prints none within 15 seconds."""
    try:
        done = subprocess.run(  # noqa: S603 - the executable is the one being examined
            [str(executable), *on_path.arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_VERSION_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Some tools print their version on standard error.
    match = re.search(on_path.pattern, done.stdout + done.stderr, re.MULTILINE)
    return match.group(1) if match else None


def _numbers(version: str) -> tuple[int, ...] | None:
    """Return `3.250.0` as (3, 250, 0); None for a pre-release or anything else that is not three numbers."""
    match = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in match.groups()) if match else None


def _acceptable(version: str, binary: Binary) -> bool:
    """Whether the version found may stand in for the pinned one."""
    found, pinned = _numbers(version), _numbers(binary.version)
    if found is None or pinned is None:
        return False
    if binary.on_path is not None and binary.on_path.newer_allowed:
        return found[0] == pinned[0] and found >= pinned
    return found == pinned
