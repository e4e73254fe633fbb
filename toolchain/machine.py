"""The machine a binary must run on, and the spellings vendors use for it."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from toolchain.error import ToolchainError

_SUPPORTED = {
    ("linux", "x86_64"): ("linux", "amd64"),
    ("linux", "aarch64"): ("linux", "arm64"),
    ("linux", "arm64"): ("linux", "arm64"),
    ("darwin", "arm64"): ("darwin", "arm64"),
}


@dataclass(frozen=True)
class Machine:
    """Operating system (`linux`, `darwin`) and architecture (`amd64`, `arm64`) in Go's spelling."""

    os: str
    arch: str

    @property
    def tag(self) -> str:
        """`linux-amd64` and the like: the last part of a mirror's file name."""
        return f"{self.os}-{self.arch}"

    @property
    def pulumi_arch(self) -> str:
        """The architecture as Pulumi's own releases spell it."""
        return {"amd64": "x64", "arm64": "arm64"}[self.arch]


def this_machine() -> Machine:
    """Return the machine this process runs on; raise `ToolchainError` where no binary is published for it."""
    found = (platform.system().lower(), platform.machine().lower())
    known = _SUPPORTED.get(found)
    if known is None:
        raise ToolchainError(
            f"this machine is {found[0]}-{found[1]}; the platform runs on linux-amd64, linux-arm64 and "
            "darwin-arm64. Run it on one of those, or in a virtual machine of that kind."
        )
    return Machine(*known)


def cache_root() -> Path:
    """Return `$XDG_CACHE_HOME/andamio` or `~/.cache/andamio`, without creating it.

    Raises `ToolchainError` when neither XDG_CACHE_HOME nor a home folder is set.
    """
    configured = os.environ.get("XDG_CACHE_HOME", "")
    if configured:
        base = Path(configured)
        if not base.is_absolute():
            raise ToolchainError(
                f"XDG_CACHE_HOME is {configured!r}; it must be an absolute path. Correct it or unset it."
            )
        return base / "andamio"
    home = os.environ.get("HOME", "")
    if not home:
        raise ToolchainError(
            "neither HOME nor XDG_CACHE_HOME is set, so there is no folder to keep binaries in. "
            "Set XDG_CACHE_HOME to a folder you can write to."
        )
    return Path(home) / ".cache" / "andamio"
