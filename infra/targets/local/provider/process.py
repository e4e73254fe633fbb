"""A program under the supervisor."""

import sys
from pathlib import Path
from threading import Event

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from infra.targets.local.home import Home
from infra.targets.local.provider import port, readiness, supervisor
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.files import make_private, write_private
from infra.targets.local.provider.handler import Created, Properties
from infra.targets.local.provider.log import tail
from infra.targets.local.provider.plan import digest, plan

_PROGRAM = """\
[program:{name}]
command="{python}" -I -m infra.targets.local.launch "{plan}"
process_name=%(program_name)s-%(process_num)d
numprocs={replicas}
autostart=true
autorestart=true
startsecs=1
startretries=20
stopsignal={stop_signal}
stopwaitsecs={stop_patience_s}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


class ProcessInputs(BaseModel):
    """A command, what it needs around it, and how to tell that it works."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    command: list[str] = Field(min_length=1)
    environment: dict[str, str] = {}
    files: dict[str, str] = {}
    """Path → content, private to the account."""
    folders: list[Path] = []
    """Folders to create, private to the account."""
    account: str | None = None
    confine: bool = False
    """Whether the kernel must keep its listeners on loopback."""
    replicas: int = Field(default=1, ge=1)
    ports: dict[str, int] = {}
    """Configuration key → the port it listens on."""
    probe: readiness.Probe
    stop_signal: str = "TERM"
    stop_patience_s: int = 15
    running: bool = True
    """Always true when wanted; a refresh records false for a program that is down."""


class ProcessHandler:
    """Puts a program under the supervisor and waits until it is ready."""

    inputs = ProcessInputs
    immutable = frozenset({"root", "name"})

    def __init__(self, cancelled: Event) -> None:
        """``cancelled`` ends the waiting of every program at once."""
        self._cancelled = cancelled

    def create(self, wanted: Properties) -> Created:
        """Start it, taking over one that an interrupted run had started."""
        spec = ProcessInputs.model_validate(wanted)
        self._put(spec)
        return Created(spec.name, {**wanted, "digest": digest(spec)})

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """The state with ``running`` and ``digest`` as found; None where the supervisor does not know it."""
        spec = _spec(state)
        home = Home(spec.root)
        if not supervisor.alive(home):
            return None
        states = supervisor.states(home, spec.name)
        if not states:
            return None
        running = len(states) == spec.replicas and set(states) <= {"RUNNING", "STARTING"}
        unchanged = _plan_path(spec).exists() and _plan_path(spec).read_text() == _plan(spec)
        return {**state, "running": running and unchanged}

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Restart it with the wanted inputs."""
        spec = ProcessInputs.model_validate(wanted)
        before = _spec(state)
        # the new ports first: with one of them taken, the program stays as it was
        port.require_free({key: number for key, number in spec.ports.items() if number not in before.ports.values()})
        self._put(spec)
        return {**wanted, "digest": digest(spec)}

    def delete(self, identity: str, state: Properties) -> None:
        """Stop it and remove its files; its folders stay."""
        spec = _spec(state)
        home = Home(spec.root)
        _program_path(spec).unlink(missing_ok=True)
        if supervisor.alive(home):
            supervisor.remove(home, spec.name)
        _plan_path(spec).unlink(missing_ok=True)
        for path in spec.files:
            Path(path).unlink(missing_ok=True)

    def _put(self, spec: ProcessInputs) -> None:
        home = Home(spec.root)
        _program_path(spec).unlink(missing_ok=True)
        supervisor.remove(home, spec.name)
        port.require_free(spec.ports)
        for folder in spec.folders:
            make_private(folder, spec.account)
        for path, content in spec.files.items():
            write_private(Path(path), content, spec.account)
        write_private(_plan_path(spec), _plan(spec))
        write_private(_program_path(spec), _program(spec, home))
        supervisor.put(home, spec.name)

        def gave_up() -> str | None:
            states = supervisor.states(home, spec.name)
            if "FATAL" in states:
                return f"it keeps failing. The end of its log {_log(spec)}:\n{tail(_log(spec))}"
            return None

        try:
            readiness.wait(spec.probe, gave_up, self._cancelled)
        except Failure as failure:
            raise Failure(f"{spec.name}: {failure} (log: {_log(spec)})") from failure


def _spec(state: Properties) -> ProcessInputs:
    return ProcessInputs.model_validate({key: value for key, value in state.items() if key != "digest"})


def _plan(spec: ProcessInputs) -> str:
    return plan(spec.root, spec.command, spec.environment, spec.folders, spec.account, spec.confine)


def _program(spec: ProcessInputs, home: Home) -> str:
    return _PROGRAM.format(
        name=spec.name,
        python=sys.executable,
        plan=_plan_path(spec),
        replicas=spec.replicas,
        stop_signal=spec.stop_signal,
        stop_patience_s=spec.stop_patience_s,
        log=_log(spec),
    )


def _plan_path(spec: ProcessInputs) -> Path:
    return Home(spec.root).programs / f"{spec.name}.json"


def _program_path(spec: ProcessInputs) -> Path:
    return Home(spec.root).programs / f"{spec.name}.ini"


def _log(spec: ProcessInputs) -> Path:
    return Home(spec.root).logs / f"{spec.name}.log"
