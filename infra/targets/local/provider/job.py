"""A command that runs to its end: initialisation and migration."""

import subprocess
import sys
from pathlib import Path
from threading import Event

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from infra.targets.local.home import Home
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.files import make_private, write_private
from infra.targets.local.provider.handler import Created, Properties
from infra.targets.local.provider.log import tail
from infra.targets.local.provider.plan import digest, plan

_POLL_S = 0.1


class JobInputs(BaseModel):
    """A command that may be repeated, and what it needs around it. It runs again whenever an input changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    command: list[str] = Field(min_length=1)
    environment: dict[str, str] = {}
    files: dict[str, str] = {}
    folders: list[Path] = []
    account: str | None = None
    patience_s: float = 120
    triggers: list[str] = []


class JobHandler:
    """Runs the command on creation and on every change."""

    inputs = JobInputs
    immutable = frozenset({"root", "name"})

    def __init__(self, cancelled: Event) -> None:
        """``cancelled`` ends a running command."""
        self._cancelled = cancelled

    def create(self, wanted: Properties) -> Created:
        """Run it."""
        spec = JobInputs.model_validate(wanted)
        self._run(spec)
        return Created(spec.name, {**wanted, "digest": digest(spec)})

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """A finished job has nothing to look at: the state as it was."""
        return dict(state)

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Run it again."""
        return self.create(wanted).state

    def delete(self, identity: str, state: Properties) -> None:
        """Remove its files; what it did stays."""
        for path in JobInputs.model_validate({k: v for k, v in state.items() if k != "digest"}).files:
            Path(path).unlink(missing_ok=True)

    def _run(self, spec: JobInputs) -> None:
        home = Home(spec.root)
        for folder in (home.root, home.logs, home.programs):
            make_private(folder)
        for folder in spec.folders:
            make_private(folder, spec.account)
        for path, content in spec.files.items():
            write_private(Path(path), content, spec.account)
        path = home.programs / f"{spec.name}.job.json"
        write_private(path, _plan(spec))
        log = home.logs / f"{spec.name}.log"
        with log.open("ab") as stream:
            process = subprocess.Popen(  # noqa: S603 - our own launcher
                [sys.executable, "-I", "-m", "infra.targets.local.launch", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
            self._wait(process, spec, log)

    def _wait(self, process: subprocess.Popen[bytes], spec: JobInputs, log: Path) -> None:
        waited = 0.0
        while process.poll() is None:
            if self._cancelled.wait(_POLL_S) or (waited := waited + _POLL_S) > spec.patience_s:
                process.terminate()
                process.wait()
                why = "interrupted" if self._cancelled.is_set() else f"it took over {spec.patience_s:.0f} s"
                raise Failure(f"{spec.name}: {why}; run `make up` again to go on")
        if process.returncode != 0:
            raise Failure(f"{spec.name}: it failed with {process.returncode}. The end of its log {log}:\n{tail(log)}")


def _plan(spec: JobInputs) -> str:
    return plan(spec.root, spec.command, spec.environment, spec.folders, spec.account)
