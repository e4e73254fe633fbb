"""The studio's HTTP server: loopback only, no external resource, nothing that is written."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import ClassVar

from andamio.studio.answer import answer, form, problem_data
from stacks.load_model.rates import Rates, default_rates
from stacks.problems import StackError

LOOPBACK = "127.0.0.1"
_LARGEST_REQUEST = 16 * 1024
_IDLE_S = 15
_HEADERS = {
    # The page loads nothing from anywhere else, and can be framed by nobody.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ASSETS = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/studio.css": ("studio.css", "text/css; charset=utf-8"),
    "/studio.js": ("studio.js", "text/javascript; charset=utf-8"),
    "/controls.js": ("controls.js", "text/javascript; charset=utf-8"),
    "/tables.js": ("tables.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}


class StudioServer(ThreadingHTTPServer):
    """Serves the page on 127.0.0.1; port 0 takes a free one. Raises OSError when the port is taken."""

    daemon_threads = True

    def __init__(self, port: int, rates: Rates | None = None) -> None:
        """`rates` are those that come with the product unless given."""
        self.rates = rates or default_rates()
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names it answers to. Another name, pointed here by a hostile page, is refused."""
        return frozenset({f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"})


class _Handler(BaseHTTPRequestHandler):
    server: StudioServer
    timeout = _IDLE_S
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "andamio", ""
    error_message_format: ClassVar[str] = "%(code)d %(message)s\n"  # type: ignore[misc]
    error_content_type = "text/plain"

    def do_GET(self) -> None:
        """The page, its parts, and what it asks for."""
        if not self._known_host():
            return
        if self.path == "/api/form":
            self._json(HTTPStatus.OK, form())
            return
        asset = _ASSETS.get(self.path)
        if asset is None:
            self._json(HTTPStatus.NOT_FOUND, {"error": "nothing is here"})
            return
        name, kind = asset
        self._send(HTTPStatus.OK, kind, files("andamio.studio").joinpath("static", name).read_bytes())

    def do_POST(self) -> None:
        """The comparison for a load."""
        if not self._known_host() or not self._own_page():
            return
        if self.path != "/api/size":
            self._json(HTTPStatus.NOT_FOUND, {"error": "nothing is here"}, close=True)
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST_REQUEST:
            self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "at most 16 KiB, with its length"}, close=True)
            return
        try:
            raw: object = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            self._json(HTTPStatus.BAD_REQUEST, {"error": "this is no JSON"})
            return
        try:
            self._json(HTTPStatus.OK, answer(raw, self.server.rates))
        except StackError as error:
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"problems": problem_data(error)})

    def _known_host(self) -> bool:
        if self.headers.get("Host") in self.server.hosts:
            return True
        self._json(HTTPStatus.MISDIRECTED_REQUEST, {"error": f"open {self.server.url}"}, close=True)
        return False

    def _own_page(self) -> bool:
        """Whether the request comes from this page or from no page at all, and is JSON."""
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in self.server.hosts}:
            self._json(HTTPStatus.FORBIDDEN, {"error": "this comes from another page"}, close=True)
            return False
        if self.headers.get_content_type() != "application/json":
            self._json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "send application/json"}, close=True)
            return False
        return True

    def _json(self, status: HTTPStatus, body: dict[str, object], close: bool = False) -> None:
        if close:
            # The rest of the request was not read, so the connection cannot be used again.
            self.close_connection = True
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Every answer has the same guards, also an error of the standard library's."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the standard library
        """Keep quiet: there is nobody to read it."""
