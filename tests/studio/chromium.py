"""A headless Chromium over its debugging pipe: no driver, no port, no further package."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

Plain = dict[str, object]

PATH = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
PATIENCE_S = 20
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
)  # fmt: skip
_CODES = {"ArrowRight": 39, "End": 35, "Home": 36, "Tab": 9, " ": 32}


class Page:
    """One page; everything it logs or requests is kept in `complaints` and `requested`."""

    def __init__(self, folder: Path) -> None:
        """Start the browser with a new profile in `folder`."""
        assert PATH is not None
        read_end, self._out = os.pipe()
        self._in, write_end = os.pipe()
        start = f'exec "$@" 3<&{read_end} 4>&{write_end}'
        command = ["bash", "-c", start, "bash", PATH, *_FLAGS, f"--user-data-dir={folder}"]
        self._process = subprocess.Popen(
            command, pass_fds=(read_end, write_end), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(read_end)
        os.close(write_end)
        self._number, self._buffer, self._session = 0, b"", ""
        self.complaints: list[str] = []
        self.requested: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)
        os.close(self._out)
        os.close(self._in)

    def call(self, method: str, **parameters: object) -> Plain:
        """One command of the protocol, and its result."""
        self._number += 1
        message: Plain = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return cast(Plain, answer["result"])
            self._note(str(answer.get("method")), cast(Mapping[str, Mapping[str, object]], answer.get("params", {})))

    def open(self, url: str) -> None:
        """Go there and wait until the page has its first answer."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        self.wait("document.querySelectorAll('#cards article').length === 3 || document.querySelector('#status.bad')")

    def evaluate(self, expression: str) -> object:
        """The value of a JavaScript expression; a promise is awaited."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return cast(Plain, found["result"]).get("value")

    def wait(self, condition: str) -> None:
        """Until the JavaScript condition holds; the page is asked at each of its frames."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.evaluate(f"new Promise(r => setTimeout(() => r(Boolean({condition})), 20))"):
            assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {condition}"

    def press(self, key: str) -> None:
        """Press a key as a person would."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_CODES[key])

    def fill(self, field: str, value: str) -> None:
        """Write into the input with that id."""
        script = f"const i = document.getElementById({json.dumps(field)}); i.value = {json.dumps(value)};"
        self.evaluate(f"{{ {script} i.dispatchEvent(new Event(i.tagName === 'SELECT' ? 'change' : 'input')) }}")

    def text(self, field: str) -> str:
        """The text of the element with that id."""
        return str(self.evaluate(f"document.getElementById({json.dumps(field)}).textContent"))

    def _next(self) -> Plain:
        while b"\0" not in self._buffer:
            chunk = os.read(self._in, 1 << 16)
            assert chunk, "the browser has ended"
            self._buffer += chunk
        first, _, self._buffer = self._buffer.partition(b"\0")
        return cast(Plain, json.loads(first))

    def _note(self, event: str, details: Mapping[str, Mapping[str, object]]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(str(details["exceptionDetails"]))
        if event == "Log.entryAdded" and details["entry"]["level"] == "error":
            self.complaints.append(str(details["entry"]["text"]))
        if event == "Network.requestWillBeSent":
            self.requested.append(str(details["request"]["url"]))
