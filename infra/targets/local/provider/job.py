"""A command that runs to its end: initialisation and migration."""

import subprocess
import sys
from threading import Event

from pydantic import JsonValue

from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.handler import Created, Properties
from infra.targets.local.provider.log import tail
from infra.targets.local.provider.plan import Plan

_POLL_S = 0.1


class JobInputs(Plan):
    """A command that may be repeated. It runs again whenever an input changes."""

    patience_s: float = 120


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
        return Created(spec.name, {**wanted, "digest": spec.digest()})

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """A finished job has nothing to look at: the state as it was."""
        return dict(state)

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Run it again."""
        return self.create(wanted).state

    def delete(self, identity: str, state: Properties) -> None:
        """Remove its files; what it did stays."""
        JobInputs.of_state(state).remove()

    def _run(self, spec: JobInputs) -> None:
        spec.write()
        with spec.log.open("ab") as stream:
            process = subprocess.Popen(  # noqa: S603 - our own launcher
                [sys.executable, "-I", "-m", "infra.targets.local.launch", str(spec.path)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
            self._wait(process, spec)

    def _wait(self, process: subprocess.Popen[bytes], spec: JobInputs) -> None:
        waited = 0.0
        while process.poll() is None:
            if self._cancelled.wait(_POLL_S) or (waited := waited + _POLL_S) > spec.patience_s:
                process.terminate()
                process.wait()
                why = "interrupted" if self._cancelled.is_set() else f"it took over {spec.patience_s:.0f} s"
                raise Failure(f"{spec.name}: {why}; run `make up` again to go on")
        if process.returncode != 0:
            raise Failure(
                f"{spec.name}: it failed with {process.returncode}. The end of its log {spec.log}:\n{tail(spec.log)}"
            )
