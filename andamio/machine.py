"""What a local stack needs of this machine before anything is started."""

import shutil
import socket

import psutil

from andamio.failure import CommandFailure
from andamio.project import NamedStack

_GIB = 1024**3


def require_room(named: NamedStack) -> None:
    """Raise CommandFailure when the disk is full or a port is taken by a program that is not the stack's own."""
    _require_disk(named)
    _require_ports(named)


def _require_disk(named: NamedStack) -> None:
    folder = next(folder for folder in (named.home, *named.home.parents) if folder.exists())
    free, reserve = shutil.disk_usage(folder).free / _GIB, named.stack.target.disk_reserve_gib
    if free < reserve:
        raise CommandFailure(
            f"the disk of {folder} has {free:.1f} GiB free and target.disk_reserve_gib keeps {reserve} GiB: "
            "free space, move target.state_dir to another disk, or lower the reserve"
        )


def _require_ports(named: NamedStack) -> None:
    for key, port in named.stack.target.ports.items():
        if _taken(port) and not _ours(port, str(named.home)):
            raise CommandFailure(
                f"port {port} (target.ports.{key}) is used by {_owner(port)}: stop it, or set target.ports.{key} "
                f"under andamio:stack in {named.file}"
            )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _listener(port: int) -> psutil.Process | None:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return psutil.Process(connection.pid)
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return None
    return None


def _ours(port: int, home: str) -> bool:
    process = _listener(port)
    try:
        return process is not None and process.environ().get("ANDAMIO_HOME") == home
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return False


def _owner(port: int) -> str:
    process = _listener(port)
    return f"process {process.pid} ({process.name()})" if process else "another program"
