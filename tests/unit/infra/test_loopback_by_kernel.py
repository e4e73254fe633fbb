"""A server that asks for every interface gets loopback only."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.targets.local import loopback

# Run under confinement: binds the any-address of both families, TCP and UDP, then waits for its input to end.
SERVER = """
import socket, sys
from infra.targets.local import loopback
loopback.confine()
kept = []
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::"), (socket.AF_INET, "127.0.0.1")):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        opened = socket.socket(family, kind)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        opened.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            opened.listen()
        kept.append(opened)
print("bound", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def confined() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "bound\n"
        yield process
        process.stdin.close()


def test_every_socket_of_a_confined_server_is_on_loopback(confined: "subprocess.Popen[str]") -> None:
    bound = [connection.laddr.ip for connection in psutil.Process(confined.pid).net_connections("inet")]
    assert len(bound) == 6
    assert set(bound) == {"127.0.0.1", "::ffff:127.0.0.1"}


def test_the_watcher_ends_with_its_server() -> None:
    code = "from infra.targets.local import loopback, identity; import os; loopback.confine(); print(os.getpid())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    # its watcher held the same output open, so its end is what ended `run`
    assert not Path(f"/proc/{int(done.stdout)}").exists()


def test_an_architecture_without_a_known_filter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback.platform, "machine", lambda: "riscv64")
    with pytest.raises(loopback.LoopbackUnavailable, match="riscv64"):
        loopback._install()
