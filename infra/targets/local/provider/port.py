"""Loopback ports that a program is about to listen on."""

import errno
import socket

import psutil

from infra.targets.local.provider.failure import Failure


def require_free(ports: dict[str, int]) -> None:
    """Raise Failure for the first port that is taken; ``ports`` maps a configuration key to its port."""
    for key, port in ports.items():
        if not _is_free(port):
            raise Failure(
                f"port {port} is used by {_owner(port)}; stop it, or set another port at {key} "
                "under andamio:stack in the stack file"
            )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection's wait is no use of it
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _owner(port: int) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return "another program"
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except psutil.NoSuchProcess:
                continue
    return "another program"
