"""A program under the supervisor."""

import sys
from pathlib import Path
from threading import Event

from pydantic import Field, JsonValue

from infra.targets.local.home import Home
from infra.targets.local.provider import port, readiness, supervisor
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.files import write_private
from infra.targets.local.provider.handler import Created, Properties
from infra.targets.local.provider.log import tail
from infra.targets.local.provider.plan import Plan

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


class ProcessInputs(Plan):
    """A command to keep running, and how to tell that it works."""

    replicas: int = Field(default=1, ge=1)
    ports: dict[str, int] = Field(default_factory=dict)
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
        return Created(spec.name, {**wanted, "digest": spec.digest()})

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """The state, ``running`` only if it runs as it was defined; None where the supervisor does not know it."""
        spec = ProcessInputs.of_state(state)
        home = Home(spec.root)
        if not supervisor.alive(home):
            return None
        states = supervisor.states(home, spec.name)
        if not states:
            return None
        running = len(states) == spec.replicas and set(states) <= {"RUNNING", "STARTING"}
        return {**state, "running": running and spec.is_written()}

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Restart it with the wanted inputs."""
        spec = ProcessInputs.model_validate(wanted)
        before = ProcessInputs.of_state(state)
        # the new ports first: with one of them taken, the program stays as it was
        port.require_free({key: number for key, number in spec.ports.items() if number not in before.ports.values()})
        self._put(spec)
        return {**wanted, "digest": spec.digest()}

    def delete(self, identity: str, state: Properties) -> None:
        """Stop it and remove its files; its folders stay."""
        spec = ProcessInputs.of_state(state)
        home = Home(spec.root)
        _program_path(spec).unlink(missing_ok=True)
        if supervisor.alive(home):
            supervisor.remove(home, spec.name)
        spec.remove()

    def _put(self, spec: ProcessInputs) -> None:
        home = Home(spec.root)
        _program_path(spec).unlink(missing_ok=True)
        supervisor.remove(home, spec.name)
        port.require_free(spec.ports)
        spec.write()
        write_private(_program_path(spec), _program(spec, home))
        supervisor.put(home, spec.name)

        def gave_up() -> str | None:
            states = supervisor.states(home, spec.name)
            if "FATAL" in states:
                return "it keeps failing"
            return None

        try:
            readiness.wait(spec.probe, gave_up, self._cancelled)
        except Failure as failure:
            end = f"The end of its log {spec.log}:\n{tail(spec.log)}"
            raise Failure(f"{spec.name}: {failure}. {end}") from failure


def _program(spec: ProcessInputs, home: Home) -> str:
    return _PROGRAM.format(
        name=spec.name,
        python=sys.executable,
        plan=spec.path,
        replicas=spec.replicas,
        stop_signal=spec.stop_signal,
        stop_patience_s=spec.stop_patience_s,
        log=spec.log,
    )


def _program_path(spec: ProcessInputs) -> Path:
    return Home(spec.root).programs / f"{spec.name}.ini"
