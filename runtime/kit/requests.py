"""Middleware that every service wears: request id, log line, metrics, body limit, security headers."""

import re
import time
from typing import Final
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.kit.problem import Problem

BODY_LIMIT: Final = 50 * 1024 * 1024
TOO_LARGE: Final = f"The body is larger than {BODY_LIMIT} bytes."
REQUEST_ID: Final = "x-request-id"
REQUEST_ID_SHAPE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECURITY_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
REQUESTS = Counter("http_requests", "Requests answered.", ["service", "method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to the response's last byte.", ["service", "route"])
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = structlog.get_logger(__name__)


class RequestEnvelope:
    """ASGI middleware around the whole application of `service`."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        """`service` labels the metrics."""
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request an id, bound its body, add the headers, then log and count the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        answer = _Answer(send, _request_id(Headers(scope=scope)))
        structlog.contextvars.bind_contextvars(request_id=answer.request_id)
        try:
            await self._bounded(scope, receive, answer)
        finally:
            self._record(scope, answer.status, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id")

    async def _bounded(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > BODY_LIMIT:
            await Problem(413, TOO_LARGE).response(scope["path"])(scope, receive, answer.send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > BODY_LIMIT:
                raise HTTPException(413, TOO_LARGE)
            return message

        scope.setdefault("state", {})["request_id"] = answer.request_id
        try:
            await self.app(scope, limited, answer.send)
        except Exception as error:
            # The reader gets no word of the inside; the log has it under the request id.
            log.error("unexpected", path=scope["path"], exc_info=error)
            if answer.status:
                raise
            unexpected = Problem(500, "Unexpected error; the request id finds it in the log.")
            await unexpected.response(scope["path"])(scope, receive, answer.send)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        method = scope["method"] if scope["method"] in METHODS else "other"
        REQUESTS.labels(self.service, method, route, str(status)).inc()
        SECONDS.labels(self.service, route).observe(seconds)
        if scope["path"] not in ("/health", "/ready", "/metrics"):
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


class _Answer:
    """Wraps `send`: notes the status and adds the common headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self.request_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _request_id(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if REQUEST_ID_SHAPE.fullmatch(given) else uuid4().hex
