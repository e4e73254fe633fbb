"""Programs the language host has started, and how they are asked to end."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_GRACE_S = 5.0
# On Ctrl-C the engine sends SIGINT to the whole process group as well as calling Cancel. A program that ignores SIGINT
# and is ended by SIGTERM leaves no KeyboardInterrupt traceback in the output of an interrupted update.
_WITHOUT_SIGINT = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh")


class Children:
    """The running programs of one language host; safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with no program."""
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def started(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, *, piped: bool
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a program and yield it; when the block is left it has ended.

        Without `piped` the program writes to our own standard output and error, from where the engine reads it line
        by line. Raises OSError when it cannot be started, RuntimeError after `end_all`.
        """
        output = subprocess.PIPE if piped else None
        with self._lock:
            if self._closed:
                raise RuntimeError("the language host was cancelled")
            process = subprocess.Popen(  # noqa: S603 - the program of the project, by the project's interpreter
                [*_WITHOUT_SIGINT, *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            self._running.add(process)
        try:
            yield process
        finally:
            end(process)
            process.wait()
            with self._lock:
                self._running.discard(process)

    def end_all(self) -> None:
        """Ask every program to end and let no new one start."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM, and SIGKILL to a program that is still there after five seconds; does not wait for either.

    A program that has ended already is left alone.
    """
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    killer = threading.Timer(_GRACE_S, _kill, [process])
    killer.daemon = True
    killer.start()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that has not ended."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
