"""Nothing of a stack can be reached from outside of this machine."""

import ipaddress

import psutil

from tests.local_stack import LocalStack


def test_every_socket_that_listens_is_on_loopback(shared_stack: LocalStack) -> None:
    shared_stack.run("up")
    supervisor = psutil.Process(int((shared_stack.home.root / "supervisord.pid").read_text()))
    family = {process.pid: process for process in supervisor.children(recursive=True)}
    bound = [
        (family[socket.pid].name(), socket.laddr.ip, socket.laddr.port)
        for socket in psutil.net_connections("inet")
        if socket.pid in family and not socket.raddr and socket.laddr
    ]
    ports = {port for _, _, port in bound}
    assert set(shared_stack.ports.values()) <= ports
    outside = [found for found in bound if not loopback(found[1])]
    assert outside == []


def loopback(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback
