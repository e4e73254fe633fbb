"""The engine as a child that one Ctrl-C stops in order."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation._cmd import OnOutput
from pulumi.automation.errors import create_command_error
from semver import VersionInfo


class InterruptibleCommand(PulumiCommand):
    """Runs pulumi in a session of its own.

    A terminal's Ctrl-C would otherwise reach the engine, the program and the providers at once, and whichever
    dies first leaves the others' work half recorded. Here the engine alone is told, once; it finishes what is
    under way, records it, and ends. A second Ctrl-C makes it give up at once.
    """

    def __init__(self, command: Path, version: str) -> None:
        """``command`` is the path of a pulumi whose version has been checked."""
        self.command = str(command)
        self.version = VersionInfo.parse(version)
        self.interrupted = False

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one pulumi command. Raises CommandError when it fails."""
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        process = subprocess.Popen(  # noqa: S603 - the engine
            [self.command, "--non-interactive", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        assert process.stderr is not None  # noqa: S101 - it is a pipe
        with self._forwarding(process):
            output, errors = _Reader(process.stdout, on_output), _Reader(process.stderr, on_error)
            code = process.wait()
        result = CommandResult(stdout=output.text(), stderr=errors.text(), code=code)
        if code != 0:
            raise create_command_error(result)
        return result

    @contextmanager
    def _forwarding(self, process: subprocess.Popen[str]) -> Iterator[None]:
        def forward(number: int, _: FrameType | None) -> None:
            self.interrupted = True
            process.send_signal(signal.SIGINT)

        previous = {number: signal.signal(number, forward) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


class _Reader:
    """Collects a stream's lines on a thread of its own, telling each to a listener."""

    def __init__(self, stream: IO[str], listener: OnOutput | None) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(stream, listener))
        self._thread.start()

    def text(self) -> str:
        """All lines, once the stream has ended."""
        self._thread.join()
        return "\n".join(self._lines)

    def _read(self, stream: IO[str], listener: OnOutput | None) -> None:
        with stream:
            for line in stream:
                self._lines.append(line.rstrip())
                if listener is not None:
                    listener(line.rstrip())
