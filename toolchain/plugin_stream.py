"""The output of a plugin as the messages of `RunPlugin`."""

import queue
import subprocess
import threading
from collections.abc import Iterator
from typing import IO

from pulumi.runtime.proto import language_pb2 as language

_Message = language.RunPluginResponse


def plugin_output(process: subprocess.Popen[bytes]) -> Iterator[language.RunPluginResponse]:
    """Yield the standard output and error of a process as they come, then its exit code.

    The process must have been started with both piped.
    """
    messages: queue.SimpleQueue[language.RunPluginResponse | None] = queue.SimpleQueue()

    def read(stream: IO[bytes], *, error: bool) -> None:
        while chunk := stream.readline():
            messages.put(_Message(stderr=chunk) if error else _Message(stdout=chunk))
        messages.put(None)

    if process.stdout is None or process.stderr is None:
        raise ValueError("the plugin's output is not piped")
    for stream, error in ((process.stdout, False), (process.stderr, True)):
        threading.Thread(target=read, args=(stream,), kwargs={"error": error}, daemon=True).start()
    open_streams = 2
    while open_streams:
        message = messages.get()
        if message is None:
            open_streams -= 1
        else:
            yield message
    yield _Message(exitcode=process.wait())
