"""Wait until a program answers."""

import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from infra.targets.local.provider.failure import Failure

_POLL_S = 0.1
_ATTEMPT_S = 5


class TcpProbe(BaseModel):
    """Ready when the port accepts a connection."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["tcp"]
    port: int
    patience_s: float


class HttpProbe(BaseModel):
    """Ready when the path answers with a status below 400."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["http"]
    port: int
    path: str
    patience_s: float


Probe = Annotated[TcpProbe | HttpProbe, Field(discriminator="kind")]


def wait(probe: TcpProbe | HttpProbe, gave_up: Callable[[], str | None], cancelled: threading.Event) -> None:
    """Return once ``probe`` succeeds.

    ``gave_up`` returns a reason once waiting is pointless. Raises Failure then, when the patience ends, or when
    ``cancelled`` is set.
    """
    deadline = time.monotonic() + probe.patience_s
    while True:
        answer = _ask(probe)
        if answer is None:
            return
        reason = gave_up()
        if reason is not None:
            raise Failure(reason)
        if time.monotonic() > deadline:
            raise Failure(f"it was not ready within {probe.patience_s:.0f} s: {answer}")
        if cancelled.wait(_POLL_S):
            raise Failure("interrupted before it was ready; run `make up` again to go on")


def _ask(probe: TcpProbe | HttpProbe) -> str | None:
    """None when ready, else what was found instead."""
    try:
        if isinstance(probe, TcpProbe):
            socket.create_connection(("127.0.0.1", probe.port), timeout=_ATTEMPT_S).close()
            return None
        connection = HTTPConnection("127.0.0.1", probe.port, timeout=_ATTEMPT_S)
        try:
            connection.request("GET", probe.path)
            response = connection.getresponse()
            detail = response.read(300).decode(errors="replace")
            return None if response.status < 400 else f"{probe.path} answered {response.status} {detail}".strip()
        finally:
            connection.close()
    except (OSError, HTTPException) as error:
        return f"port {probe.port}: {error or type(error).__name__}"
