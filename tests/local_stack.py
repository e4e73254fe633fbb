"""A stack of the local target in a temporary folder, driven by the installed command, for the tests of real servers."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xmlrpc.client import ServerProxy

import psutil
import yaml
from supervisor.xmlrpc import SupervisorTransport

from infra.targets.local.home import Home, account_data
from stacks.targets import LocalPorts

ROOT = Path(__file__).resolve().parent.parent
ANDAMIO = Path(sys.executable).with_name("andamio")
NAME = "minimum-local"
COMMAND_S = 240
RESTART_S = 60
# Below the range from which the kernel takes ports for outgoing connections, so that none is taken meanwhile.
_FREE_PORTS = range(20_000, 32_000)

Found = TypeVar("Found")


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 on which nobody listens, all different."""
    found: list[int] = []
    for port in random.sample(_FREE_PORTS, len(_FREE_PORTS)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise AssertionError(f"no {count} free ports")


def eventually(look: Callable[[], Found | None], patience_s: float, wanted: str) -> Found:
    """The first true value of ``look``; asked again and again, and AssertionError after ``patience_s``."""
    deadline = time.monotonic() + patience_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"{wanted}: not within {patience_s:.0f} s"
        time.sleep(0.1)
    return found


@dataclass
class LocalStack:
    """A stack file of its own ports and state folder. ``folder`` must be private and empty."""

    folder: Path
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the stack file."""
        keys = list(LocalPorts.model_fields)
        self.ports = dict(zip(keys, free_ports(len(keys)), strict=True))
        self.write()

    @property
    def file(self) -> Path:
        """The stack file."""
        return self.folder / f"Pulumi.{NAME}.yaml"

    @property
    def home(self) -> Home:
        """The stack's folder."""
        return Home(self.folder / "state" / NAME)

    @property
    def configuration(self) -> Path:
        """The engine's copy of the stack file."""
        return self.home.root / "Pulumi.yaml"

    def write(self) -> None:
        """Write the stack file again, after a change of ``ports`` or ``settings``."""
        target = {"kind": "local", "state_dir": str(self.folder / "state"), "ports": self.ports}
        stack = {"tier": "minimum", "target": target, **self.settings}
        self.file.write_text(yaml.safe_dump({"config": {"andamio:stack": stack}}))

    def run(self, verb: str, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a verb of the command on this stack to its end; its exit code must be ``code`` unless that is None."""
        done = subprocess.run(
            [ANDAMIO, verb, str(self.file), *arguments],
            capture_output=True, text=True, check=False, timeout=COMMAND_S, stdin=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        if code is not None and done.returncode != code:
            raise AssertionError(f"{verb} ended with {done.returncode}, not {code}:\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, verb: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a verb in a session of its own, and do not wait."""
        return subprocess.Popen(
            [ANDAMIO, verb, str(self.file), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip

    def status(self) -> dict[str, object]:
        """What ``andamio status --json`` says."""
        return dict(json.loads(self.run("status", "--json", code=None).stdout))

    def pids(self) -> dict[str, list[int]]:
        """The supervised processes of each component, as the supervisor knows them; empty when it is down."""
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.home.supervisor_socket}")
        try:
            entries = ServerProxy("http://127.0.0.1", transport=transport).supervisor.getAllProcessInfo()
        except OSError:
            return {}
        finally:
            transport.close()
        found: dict[str, list[int]] = {}
        for entry in entries if isinstance(entries, list) else []:
            found.setdefault(entry["group"], []).append(entry["pid"])
        return {name: sorted(pids) for name, pids in found.items()}

    def kill(self, component: str) -> None:
        """kill -9 of the component's processes, and no others; returns once the supervisor has started it again."""
        old = self.pids()[component]
        for pid in old:
            psutil.Process(pid).kill()
        wanted = f"{component} starts again"
        eventually(lambda: set(self.pids().get(component, [0])).isdisjoint({*old, 0}), RESTART_S, wanted)

    def processes(self) -> list[psutil.Process]:
        """Every process of this machine that belongs to the stack: by its arguments, working folder or environment."""
        mark = str(self.folder)
        data = str(account_data(self.home))
        return [process for process in psutil.process_iter() if _mentions(process, (mark, data))]

    def environment(self) -> Mapping[str, str]:
        """The environment in which ``pulumi`` works on this stack by hand."""
        lines = self.run("env").stdout.splitlines()
        script = "\n".join([*lines, "env -0"])
        out = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
        return dict(entry.split("=", 1) for entry in out.split("\0") if "=" in entry)

    def pulumi(
        self, *arguments: str, code: int | None = 0, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ``pulumi`` by hand, as the documentation says; ``environment`` spares asking for it again."""
        done = subprocess.run(
            ["pulumi", "--non-interactive", *arguments],  # noqa: S607 - which one is the environment's to say
            capture_output=True, text=True, check=False, timeout=COMMAND_S, stdin=subprocess.DEVNULL, cwd=ROOT,
            env=dict(environment or self.environment()),
        )  # fmt: skip
        if code is not None and done.returncode != code:
            raise AssertionError(f"pulumi ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def secrets(self) -> dict[str, str]:
        """Every generated secret by its name, and the engine's passphrase."""
        found = {path.name: path.read_text() for path in self.home.secrets.glob("*")}
        return {**found, "passphrase": (self.home.root / "passphrase").read_text()}

    def tear_down(self) -> None:
        """Remove the stack with its data, whatever state it is in; fails where a process or a folder stays behind."""
        if self.home.root.exists():
            self.run("destroy", "--data", "--yes")
        left = eventually_gone(self.processes)
        for process in left:
            process.kill()
        assert not left, f"left behind: {left}"
        assert not self.home.root.exists()
        if os.geteuid() == 0:
            assert not account_data(self.home).exists()


def eventually_gone(processes: Callable[[], list[psutil.Process]], patience_s: float = 5) -> list[psutil.Process]:
    """What of ``processes`` is still there after ``patience_s``."""
    deadline = time.monotonic() + patience_s
    while (left := processes()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def interrupt(process: subprocess.Popen[str]) -> None:
    """What Ctrl-C does to a foreground command: SIGINT to its whole process group."""
    os.killpg(process.pid, signal.SIGINT)


def _mentions(process: psutil.Process, marks: tuple[str, ...]) -> bool:
    try:
        shown = [*process.cmdline(), process.cwd()]
    except psutil.Error:
        return False
    own = process.pid == os.getpid()
    return not own and any(mark in text for text in shown for mark in marks)
