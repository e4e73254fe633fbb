"""`andamio doctor`: what this machine has, what is missing, and how to get it. Nothing is changed by looking."""

import json as json_format
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import psutil
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import open_stack
from toolchain.binaries import Located, Missing, locate
from toolchain.binary import Use
from toolchain.engine import official_host
from toolchain.error import ToolchainError
from toolchain.machine import cache_root, this_machine
from toolchain.servers import SERVERS, locate_server
from toolchain.table import TABLE

_GIB = 1 << 30
_DISK_GIB = 5.0
_MEMORY_GIB = 2.0
_PYTHONS = ((3, 11), (3, 14))
_DATABASE_USERS = ("postgres", "nobody")
_COMMAND_TIMEOUT_S = 10.0


class State(StrEnum):
    """How a finding counts: `missing` makes the command fail, `absent` and `low` do not."""

    OK = "ok"
    ABSENT = "absent"
    LOW = "low"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found and, unless all is well, what to do."""

    subject: str
    state: State
    found: str
    mend: str = ""


def doctor(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Say what is there, what is missing and how to get it. Exit code 1 when something is missing.

    Examples: `andamio doctor` · `andamio doctor --json`
    """
    named = open_stack(stack)
    ports = [port for _, port in named.local.ports.items()]
    raise typer.Exit(run(json=as_json, ports=ports, state=named.home))


def run(json: bool, ports: Sequence[int], state: Path) -> int:
    """Print the findings for the local target and return 0, or 1 when something it needs is missing.

    `ports` are the loopback ports the stack will listen on, `state` is its folder (which need not exist). With `json`
    one object goes to standard output: `{"ok": bool, "findings": [{"subject", "state", "found", "mend"}, ...]}`.
    """
    findings = list(examine(ports, state))
    ok = not any(finding.state is State.MISSING for finding in findings)
    if json:
        print(json_format.dumps({"ok": ok, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _show(findings, ok)
    return 0 if ok else 1


def examine(ports: Sequence[int], state: Path) -> Iterator[Finding]:
    """Yield one finding after the other, in the order a person would mend them."""
    yield _machine()
    yield _python()
    yield from _tools()
    yield from _binaries()
    yield from _servers()
    for port in ports:
        yield _port(port, state)
    yield _disk("disk for state", state)
    try:
        yield _disk("disk for binaries", cache_root())
    except ToolchainError as error:
        yield Finding("disk for binaries", State.MISSING, str(error))
    yield _memory()
    yield _database_user()


def _machine() -> Finding:
    """Look at the operating system and architecture."""
    try:
        return Finding("machine", State.OK, this_machine().tag)
    except ToolchainError as error:
        return Finding("machine", State.MISSING, str(error))


def _python() -> Finding:
    """Look at the Python that runs this command."""
    lowest, below = _PYTHONS
    found = "{}.{}.{}".format(*sys.version_info[:3]) + f" ({sys.executable})"
    if lowest <= sys.version_info[:2] < below:
        return Finding("python", State.OK, found)
    return Finding("python", State.MISSING, found, "Install Python 3.11, 3.12 or 3.13.")


def _tools() -> Iterator[Finding]:
    """Look at the programs the project calls but does not bring; Go is needed only without the internet."""
    yield _tool("uv", ["--version"], "`make up` installs it into the cache.", _cached_uv())
    yield _tool("git", ["--version"], "Install git.", None)
    yield _tool("make", ["--version"], "Install make, or use the andamio commands directly.", None)
    yield _tool("go", ["version"], "Install Go to build binaries where no release can be downloaded.", None)


def _cached_uv() -> Path | None:
    """Return the uv the bootstrap has installed, if any."""
    try:
        found = sorted((cache_root() / "uv").glob("*/bin/uv"))
    except ToolchainError:
        return None
    return found[-1] if found else None


def _tool(name: str, arguments: list[str], mend: str, fallback: Path | None) -> Finding:
    """Run a program to see that it is there."""
    path = shutil.which(name) or (str(fallback) if fallback else None)
    if path is None:
        return Finding(name, State.ABSENT, "not on PATH", mend)
    try:
        done = subprocess.run(  # noqa: S603 - a program of this fixed list, found on PATH
            [path, *arguments], capture_output=True, text=True, timeout=_COMMAND_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(name, State.ABSENT, f"{path} does not run ({error})", mend)
    return Finding(name, State.OK, f"{done.stdout.strip().splitlines()[0]} ({path})")


def _binaries() -> Iterator[Finding]:
    """Look for every row of the table; only those of the local target are needed."""
    bundled = False
    for row in TABLE.values():
        subject = f"{row.name} {row.version}"
        located = locate(row.name)
        if isinstance(located, Located):
            yield Finding(subject, State.OK, f"{located.path} ({located.source})")
            bundled = bundled or (row.name == "pulumi" and official_host(located.path))
        elif row.name == "pulumi-python-scripts" and bundled:
            yield Finding(subject, State.OK, "part of the official Pulumi installation")
        elif Use.LOCAL in row.uses:
            mend = f"`make up` gets it. {located.mend}"
            yield Finding(subject, State.MISSING, "; ".join(located.reasons), mend)
        else:
            uses = ", ".join(sorted(row.uses))
            yield Finding(subject, State.ABSENT, f"only for {uses}; {located.reasons[-1]}", "Fetched when first used.")


def _servers() -> Iterator[Finding]:
    """Look for the servers that come as wheels."""
    for name in SERVERS:
        located = locate_server(name)
        if isinstance(located, Missing):
            yield Finding(name, State.MISSING, "; ".join(located.reasons), located.mend)
        else:
            yield Finding(f"{name} {located.version}", State.OK, f"{located.path} ({located.source})")


def _port(port: int, state: Path) -> Finding:
    """Try to listen on the port on loopback; a port held by this very platform is in order."""
    subject = f"port {port}"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            holder = _holder(port)
            if holder is not None and _belongs_to(holder, state):
                return Finding(subject, State.OK, "in use by this platform")
            who = f"in use by {holder.name()} (pid {holder.pid})" if holder else f"not free ({error.strerror})"
            return Finding(subject, State.MISSING, who, "Stop that program, or set another port in the stack file.")
    return Finding(subject, State.OK, "free")


def _holder(port: int) -> psutil.Process | None:
    """Return the process that listens on the port, where the operating system lets us see it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and connection.pid and local and local.port == port:
                return psutil.Process(connection.pid)
    except psutil.Error:
        return None
    return None


def _belongs_to(process: psutil.Process, state: Path) -> bool:
    """Whether the process, or one that started it, was started for the state folder."""
    folder = str(state.resolve())
    try:
        family = [process, *process.parents()]
        return any(folder in argument for member in family for argument in member.cmdline())
    except psutil.Error:
        return False


def _existing(path: Path) -> Path:
    """Return the path itself or its nearest parent that exists."""
    resolved = path.resolve()
    return next(folder for folder in (resolved, *resolved.parents) if folder.exists())


def _disk(subject: str, folder: Path) -> Finding:
    """Compare the free space where the folder is, or will be, with what is needed, and see that it can be written."""
    existing = _existing(folder)
    free_gib = shutil.disk_usage(existing).free / _GIB
    found = f"{free_gib:.1f} GiB free in {existing}"
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding(subject, State.MISSING, f"{existing} cannot be written", f"Make {existing} writable for you.")
    if free_gib < _DISK_GIB:
        return Finding(subject, State.MISSING, found, f"Free space: {_DISK_GIB:g} GiB are needed.")
    return Finding(subject, State.OK, found)


def _memory() -> Finding:
    """Compare the available memory with what the idle platform takes."""
    memory = psutil.virtual_memory()
    found = f"{memory.available / _GIB:.1f} of {memory.total / _GIB:.1f} GiB available"
    if memory.available < _MEMORY_GIB * _GIB:
        return Finding("memory", State.LOW, found, f"Close programs: {_MEMORY_GIB:g} GiB should be available.")
    return Finding("memory", State.OK, found)


def _database_user() -> Finding:
    """Name the user PostgreSQL runs as, which refuses root."""
    if os.geteuid() != 0:
        return Finding("PostgreSQL's user", State.OK, f"{pwd.getpwuid(os.geteuid()).pw_name}, as everything else")
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in _DATABASE_USERS if name in known), None)
    if user is None:
        mend = "Create the user `postgres`, or run as a user other than root."
        found = f"root, and there is no {' or '.join(_DATABASE_USERS)}"
        return Finding("PostgreSQL's user", State.MISSING, found, mend)
    return Finding("PostgreSQL's user", State.OK, f"{user}, because this is root and PostgreSQL refuses root")


def _show(findings: Sequence[Finding], ok: bool) -> None:
    """Print the findings as a table, then what to do about those that are not in order."""
    colours = {State.OK: "green", State.ABSENT: "dim", State.LOW: "yellow", State.MISSING: "red"}
    table = Table("", "what", "found", box=None, pad_edge=False)
    table.columns[2].overflow = "fold"
    for finding in findings:
        # Text, because what was found may hold brackets that would be taken for markup.
        table.add_row(Text(finding.state, colours[finding.state]), Text(finding.subject), Text(finding.found))
    console = Console()
    console.print(table)
    for finding in findings:
        if finding.state in {State.MISSING, State.LOW}:
            console.print(Text(f"{finding.subject}: {finding.mend or finding.found}", colours[finding.state]))
    console.print("All that is needed is here." if ok else "Something needed is missing.")
