"""`andamio status`: is everything of a stack up and ready."""

import configparser
import json
import socket
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit
from urllib.request import urlopen
from xmlrpc.client import Fault, ServerProxy

import psutil
import typer
from rich.console import Console
from rich.table import Table
from supervisor.xmlrpc import SupervisorTransport

from andamio.engine import recorded_outputs
from andamio.failure import FAILED
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import NamedStack, open_stack

_READY_S = 5
_MIB = 1024**2


@dataclass(frozen=True)
class ProgramStatus:
    """One process: its supervisor's state, whether it answers, where, since when (s) and its memory (MiB)."""

    component: str
    state: str
    ready: bool
    address: str
    pid: int
    uptime_s: int
    memory_mib: float


@dataclass(frozen=True)
class Report:
    """A stack's processes; not ``supervised`` where it is up and its supervisor does not answer."""

    stack: str
    programs: tuple[ProgramStatus, ...]
    expected: frozenset[str]
    supervised: bool

    @property
    def healthy(self) -> bool:
        """Whether every expected component is there and ready."""
        return bool(self.expected) and self.expected == {p.component for p in self.programs if p.ready} == {
            p.component for p in self.programs
        }

    def as_json(self) -> dict[str, object]:
        """For programs."""
        programs = [asdict(program) for program in self.programs]
        missing = sorted(self.expected - {program.component for program in self.programs})
        return {
            "stack": self.stack,
            "healthy": self.healthy,
            "supervised": self.supervised,
            "missing": missing,
            "programs": programs,
        }


def status(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Show each process of a stack: state, readiness, address, uptime, memory. Exit code 1 unless all are ready.

    Examples: `andamio status` · `andamio status --json | jq .healthy`
    """
    found = report(open_stack(stack))
    if as_json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        show(found, Console())
    if not found.healthy:
        raise typer.Exit(FAILED)


def report(named: NamedStack) -> Report:
    """Ask the supervisor and every address."""
    outputs = recorded_outputs(named)
    addresses = _texts(outputs.get("addresses"))
    probes = {**{name: f"{url}/ready" for name, url in addresses.items()}, **_texts(outputs.get("probes"))}
    entries = _processes(named)
    programs = tuple(_program(entry, addresses, probes) for entry in entries or [])
    return Report(named.name, programs, frozenset(addresses), supervised=entries is not None)


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, dict) else {}


def show(found: Report, console: Console) -> None:
    """Print the table."""
    if not found.programs:
        gone = "its supervisor does not answer, so nothing restarts its programs: `make up` mends that"
        why = "is not running: `make up` starts it" if found.supervised or not found.expected else gone
        console.print(f"{found.stack} {why}", highlight=False)
        return
    table = Table(box=None, pad_edge=False)
    for column in ("component", "state", "ready", "address", "up", "memory"):
        table.add_column(column, justify="right" if column in ("up", "memory") else "left")
    for program in found.programs:
        mark = "[green]yes[/]" if program.ready else "[red]no[/]"
        table.add_row(
            program.component, program.state.lower(), mark, program.address,
            f"{program.uptime_s} s", f"{program.memory_mib:.0f} MiB",
        )  # fmt: skip
    console.print(table, highlight=False)
    total = sum(program.memory_mib for program in found.programs)
    console.print(f"{'all ready' if found.healthy else 'not all ready'}, {total:.0f} MiB resident", highlight=False)


def _processes(named: NamedStack) -> list[dict[str, object]] | None:
    """What the supervisor knows; None where it should answer and does not."""
    configuration = configparser.RawConfigParser()
    configuration.read(named.home / "supervisord.conf")
    if not configuration.has_section("unix_http_server"):
        return []
    transport = SupervisorTransport(None, None, serverurl=f"unix://{configuration['unix_http_server']['file']}")
    try:
        found = ServerProxy("http://127.0.0.1", transport=transport).supervisor.getAllProcessInfo()
        return [dict(entry) for entry in found] if isinstance(found, list) else []
    except (OSError, Fault):
        return None
    finally:
        transport.close()


def _program(entry: dict[str, object], addresses: dict[str, str], probes: dict[str, str]) -> ProgramStatus:
    component, pid = str(entry["group"]), int(str(entry["pid"]))
    address = addresses.get(component, "")
    running = entry["statename"] == "RUNNING"
    return ProgramStatus(
        component=component,
        state=str(entry["statename"]),
        ready=running and _answers(probes.get(component, "")),
        address=address,
        pid=pid,
        uptime_s=int(time.time() - int(str(entry["start"]))) if running else 0,
        memory_mib=_memory(pid) if running else 0,
    )


def _answers(probe: str) -> bool:
    parts = urlsplit(probe)
    try:
        if parts.scheme == "http":
            with urlopen(probe, timeout=_READY_S) as response:  # noqa: S310 - http only
                return bool(response.status < 400)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_READY_S):
            return True
    except OSError:  # URLError is one
        return False


def _memory(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return sum(part.memory_info().rss for part in (process, *process.children(recursive=True))) / _MIB
    except psutil.NoSuchProcess:
        return 0
