"""The supervisor of one stack: supervisord, spoken to over its own XML-RPC interface."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from pydantic import BaseModel, ConfigDict, JsonValue
from supervisor.xmlrpc import Faults, SupervisorTransport

from infra.targets.local.home import Home
from infra.targets.local.provider import orphan, port
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.files import make_private, write_private
from infra.targets.local.provider.handler import Created, Properties

_START_S = 20
_STOP_S = 60
_POLL_S = 0.05
# reloadConfig and addProcessGroup work on what all program files say, so programs change one at a time
_CONFIGURATION_LOCK = threading.Lock()

_CONFIGURATION = """\
[supervisord]
{user}logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={root}/supervisord.pid
childlogdir={logs}
umask=077
silent=true

[unix_http_server]
file={socket}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files={programs}/*.ini
"""


class SupervisorInputs(BaseModel):
    """The stack's folder, and the ports that its programs will use (configuration key → port)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    ports: dict[str, int]


class SupervisorHandler:
    """Starts and stops supervisord."""

    inputs = SupervisorInputs
    immutable = frozenset({"root"})

    def create(self, wanted: Properties) -> Created:
        """Start supervisord unless it runs, after ending what an earlier one left behind.

        A port that is taken is found here, before any program has started.
        """
        spec = SupervisorInputs.model_validate(wanted)
        home = Home(spec.root)
        if not alive(home):
            orphan.end_all(home)
            port.require_free(spec.ports)
            _start(home)
        return Created(str(home.root), dict(wanted))

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """The state, or None where it does not answer."""
        return dict(state) if alive(Home(Path(identity))) else None

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Only the ports can change, and each program checks its own before it moves."""
        return dict(wanted)

    def delete(self, identity: str, state: Properties) -> None:
        """Stop every program, then supervisord."""
        home = Home(Path(identity))
        if alive(home):
            with connect(home) as rpc:
                pid = rpc.getPID()
                rpc.shutdown()
            _wait(lambda: not Path(f"/proc/{pid}").exists(), _STOP_S, "the supervisor did not stop")
        orphan.end_all(home)
        for left in (home.supervisor_configuration, home.supervisor_socket):
            left.unlink(missing_ok=True)


@contextmanager
def connect(home: Home) -> Iterator[Any]:
    """The ``supervisor`` namespace of the running supervisord (its proxy is untyped).

    Raises Failure where it does not answer.
    """
    transport = SupervisorTransport(None, None, serverurl=f"unix://{home.supervisor_socket}")
    try:
        yield ServerProxy("http://127.0.0.1", transport=transport).supervisor
    except (OSError, HTTPException) as error:
        raise Failure(f"the supervisor at {home.supervisor_socket} does not answer ({error}); run `make up`") from error
    finally:
        transport.close()


def alive(home: Home) -> bool:
    """Whether supervisord answers."""
    try:
        with connect(home) as rpc:
            return bool(rpc.getState()["statename"] == "RUNNING")
    except Failure:
        return False


def put(home: Home, name: str) -> None:
    """Start the program ``name`` by its program file, replacing a running one."""
    with _CONFIGURATION_LOCK, connect(home) as rpc:
        _remove_group(rpc, name)
        rpc.reloadConfig()
        rpc.addProcessGroup(name)


def remove(home: Home, name: str) -> None:
    """Stop the program ``name`` and forget it; its program file must be gone already."""
    with _CONFIGURATION_LOCK, connect(home) as rpc:
        _remove_group(rpc, name)
        rpc.reloadConfig()


def states(home: Home, name: str) -> list[str]:
    """The state name of each replica of ``name`` (RUNNING, STARTING, BACKOFF, FATAL …); empty where unknown."""
    with connect(home) as rpc:
        return [entry["statename"] for entry in rpc.getAllProcessInfo() if entry["group"] == name]


def _remove_group(rpc: Any, name: str) -> None:
    try:
        rpc.stopProcessGroup(name)
        rpc.removeProcessGroup(name)
    except Fault as fault:
        if fault.faultCode != Faults.BAD_NAME:  # BAD_NAME: it is not there, which is what is wanted
            raise


def _start(home: Home) -> None:
    for folder in (home.root, home.logs, home.programs, home.supervisor_socket.parent):
        make_private(folder)
    home.supervisor_socket.unlink(missing_ok=True)
    for stale in home.programs.glob("*.ini"):
        # the engine creates every program anew; one that it no longer knows must not come back
        stale.unlink()
    configuration = _CONFIGURATION.format(
        root=home.root,
        logs=home.logs,
        programs=home.programs,
        socket=home.supervisor_socket,
        user="user=root\n" if os.geteuid() == 0 else "",
    )
    write_private(home.supervisor_configuration, configuration)
    # a clean environment: the engine's holds its passphrase and the user's cloud credentials
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(home.root)}
    command = [sys.executable, "-I", "-m", "supervisor.supervisord", "-c", str(home.supervisor_configuration)]
    outcome = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, cwd=home.root, capture_output=True, text=True, check=False
    )
    if outcome.returncode != 0:
        raise Failure(f"the supervisor did not start: {(outcome.stderr or outcome.stdout).strip()}")
    _wait(lambda: alive(home), _START_S, f"the supervisor does not answer; see {home.logs}/supervisord.log")


def _wait(condition: Callable[[], bool], patience_s: float, complaint: str) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"{complaint} within {patience_s:.0f} s")
        time.sleep(_POLL_S)
