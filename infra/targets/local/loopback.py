"""Keep a server on the loopback interface, by the kernel, whatever its own settings offer.

Weaviate has no setting for the address of its gRPC and cluster ports: they listen on every interface. A seccomp
filter hands each ``bind`` of the server to a small watcher process, which rewrites the any-address to 127.0.0.1
before the kernel carries the call out. Linux 5.5 or later on x86-64 or arm64. ADR 0005 has the reasons.
Source: seccomp(2), seccomp_unotify(2).
"""

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_PTRACER = 0x59616D61
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_NEW_LISTENER = 8
_RET_USER_NOTIF = 0x7FC00000
_RET_ALLOW = 0x7FFF0000
_NOTIFICATION = struct.Struct("QIIiIQ6Q")  # struct seccomp_notif: id, pid, flags, nr, arch, ip, args[6]
_RESPONSE = struct.Struct("QqiI")  # struct seccomp_notif_resp: id, val, error, flags
_NOTIF_RECV = 0xC0502100
_NOTIF_SEND = 0xC0182101
_FLAG_CONTINUE = 1
_LOOPBACK_V4 = b"\x7f\x00\x00\x01"
_LOOPBACK_MAPPED = bytes(10) + b"\xff\xff" + _LOOPBACK_V4
# machine name -> (number of seccomp, number of bind)
_SYSCALLS = {"x86_64": (317, 49), "aarch64": (277, 200)}


class LoopbackUnavailable(RuntimeError):
    """This kernel does not let a process watch its own ``bind`` calls."""


def confine() -> None:
    """Confine this process, and what it executes, to loopback listeners. Starts one watcher process.

    Raises LoopbackUnavailable where the kernel or its settings refuse.
    """
    ours, theirs = socket.socketpair()
    watcher = os.fork()
    if watcher == 0:
        ours.close()
        _watch(theirs)
        os._exit(0)
    theirs.close()
    # Yama may let only ancestors look into a process: name the watcher. Elsewhere the call fails, and is not needed.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, watcher, 0, 0, 0)
    listener = _install()
    socket.send_fds(ours, [b"listener"], [listener])
    os.close(listener)
    ours.close()


def _install() -> int:
    try:
        seccomp, bind = _SYSCALLS[platform.machine()]
    except KeyError:
        raise LoopbackUnavailable(f"no seccomp filter for the architecture {platform.machine()}") from None
    instructions = (
        (0x20, 0, 0, 0),  # load the system call's number
        (0x15, 0, 1, bind),  # is it bind?
        (0x06, 0, 0, _RET_USER_NOTIF),
        (0x06, 0, 0, _RET_ALLOW),
    )
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    filter_code = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(instructions), ctypes.addressof(filter_code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise LoopbackUnavailable(f"prctl: {os.strerror(ctypes.get_errno())}")
    listener = libc.syscall(
        seccomp,
        _SECCOMP_SET_MODE_FILTER,
        _SECCOMP_FILTER_FLAG_NEW_LISTENER,
        ctypes.create_string_buffer(program, len(program)),
    )
    if listener < 0:
        raise LoopbackUnavailable(f"seccomp: {os.strerror(ctypes.get_errno())}")
    return int(listener)


def _watch(channel: socket.socket) -> None:
    # The supervisor's signals are for the server; the watcher ends when the server does.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _, descriptors, _, _ = socket.recv_fds(channel, 16, 1)
    channel.close()
    if not descriptors:
        return
    poll = select.poll()
    poll.register(descriptors[0], select.POLLIN)
    while not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
        _answer(descriptors[0])


def _answer(listener: int) -> None:
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _NOTIF_RECV, buffer, True)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):  # the caller died meanwhile
            return
        raise
    call, pid, _flags, _number, _architecture, _pointer, _socket, address, length, *_ = _NOTIFICATION.unpack(buffer)
    refusal = 0
    try:
        _rewrite(pid, address, length)
    except OSError as error:
        refusal = -(error.errno or errno.EPERM)
    flags = 0 if refusal else _FLAG_CONTINUE
    try:
        fcntl.ioctl(listener, _NOTIF_SEND, _RESPONSE.pack(call, 0, refusal, flags))
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def _rewrite(pid: int, address: int, length: int) -> None:
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(address)
        found = memory.read(length)
        (family,) = struct.unpack_from("H", found)
        if family == socket.AF_INET6 and found[8:24] == bytes(16):
            memory.seek(address + 8)
            memory.write(_LOOPBACK_MAPPED)
        elif family == socket.AF_INET and found[4:8] == bytes(4):
            memory.seek(address + 4)
            memory.write(_LOOPBACK_V4)
