"""One file over HTTP, with limits: a machine without the internet learns so in seconds, a stalled server is left."""

import socket
import threading
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from time import monotonic
from typing import IO
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from toolchain.error import SourceRefusedError
from toolchain.progress import Progress, Step

PROBE_S = 5.0
STALL_S = 30.0
LIMIT_BYTES = 1 << 30
_CHUNK = 1 << 18


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follow redirects, but never from https to anything else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.full_url.startswith("https://") and not newurl.startswith("https://"):
            raise SourceRefusedError(f"{req.full_url} redirects to an address that is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, target: Path, progress: Progress, stall_s: float = STALL_S) -> None:
    """Download `url` (http or https) to `target`, which must not exist.

    The server must accept a connection within 5 seconds and may not pause longer than `stall_s`; the size is limited
    to 1 GiB, and a body shorter than announced is an error. Raises `SourceRefusedError` with the reason, leaving no
    file behind.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SourceRefusedError(f"{url} is not an http(s) address")
    _probe(url)
    opener = urllib.request.build_opener(_NoDowngrade)
    request = urllib.request.Request(url, headers={"User-Agent": "andamio-toolchain"})  # noqa: S310 - scheme checked
    try:
        with opener.open(request, timeout=stall_s) as response:
            announced = response.headers.get("Content-Length")
            _receive(response, target, int(announced) if announced else None, url, progress)
    except urllib.error.HTTPError as error:
        target.unlink(missing_ok=True)
        raise SourceRefusedError(f"{url} answered {error.code} {error.reason}") from error
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        target.unlink(missing_ok=True)
        reason = getattr(error, "reason", None) or error
        raise SourceRefusedError(f"{url} failed ({reason})") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _receive(response: IO[bytes], target: Path, announced: int | None, url: str, progress: Progress) -> None:
    """Write the body to `target`; raise `SourceRefusedError` when it is too long or too short."""
    name, received, began = url.rsplit("/", 1)[-1], 0, monotonic()
    with target.open("xb") as sink:
        while chunk := response.read(_CHUNK):
            received += len(chunk)
            if received > LIMIT_BYTES:
                raise SourceRefusedError(f"{url} is larger than {LIMIT_BYTES >> 20} MiB")
            sink.write(chunk)
            fraction = received / announced if announced else None
            progress(Step(f"downloading {name}", elapsed_s=monotonic() - began, fraction=fraction))
    if announced is not None and received != announced:
        raise SourceRefusedError(f"{url} ended after {received} of {announced} bytes")


def _probe(url: str) -> None:
    """Raise `SourceRefusedError` unless the server, or the proxy in front of it, accepts a connection in 5 seconds.

    The connection is tried in a thread because the look-up of a name has no time limit of its own.
    """
    host, port = _peer(url)
    outcome: list[OSError | None] = []

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=PROBE_S).close()
            outcome.append(None)
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(PROBE_S)
    if not outcome:
        raise SourceRefusedError(f"{host}:{port} did not answer within {PROBE_S:.0f} s")
    if outcome[0] is not None:
        raise SourceRefusedError(f"{host}:{port} cannot be reached ({outcome[0]})")


def _peer(url: str) -> tuple[str, int]:
    """Return the host and port a request for `url` connects to: the configured proxy's, or the server's."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and parts.hostname and not proxy_bypass(parts.hostname):
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        return parts.hostname or "", parts.port or 80
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
