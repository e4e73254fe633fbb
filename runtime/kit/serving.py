"""Serve an application on one socket that replicas on the same machine share (SO_REUSEPORT)."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from types import FrameType

import uvicorn
from fastapi import FastAPI

from runtime.kit import logs, problem, readiness
from runtime.kit.authentication import AuthenticationGate, Verifier
from runtime.kit.requests import RequestEnvelope
from runtime.kit.settings import ServiceSettings

GRACE_SECONDS = 6
# Longer than any client of ours keeps an idle connection, so that none is closed under a request.
KEEP_ALIVE_SECONDS = 75
Lifespan = Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]


def application(
    service: str,
    verifier: Verifier,
    checks: Mapping[str, readiness.Check],
    lifespan: Lifespan,
    openapi_url: str | None = "/openapi.json",
) -> FastAPI:
    """An application with the gate, the envelope, problems and the three common routes in place.

    `app.state.stopping` is an event that is set at the first SIGTERM, before connections close.
    """
    app = FastAPI(title=f"Andamio {service}", lifespan=lifespan, openapi_url=openapi_url, docs_url=None, redoc_url=None)
    app.state.stopping = asyncio.Event()
    problem.install(app)
    app.include_router(readiness.router(checks))
    app.add_middleware(AuthenticationGate, verifier=verifier)
    app.add_middleware(RequestEnvelope, service=service)
    return app


def run(service: str, settings: ServiceSettings, build: Callable[[], FastAPI]) -> None:
    """Serve until SIGTERM or SIGINT; in-flight requests get six seconds. Exits 1 when the port is taken."""
    logs.configure(service)
    listener = _listen(service, settings.andamio_host, settings.andamio_port)
    app = build()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _Server(config, app).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells the application that it is stopping as soon as the signal arrives, so that streams can end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.stopping.set()
        super().handle_exit(sig, frame)


def _listen(service: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        print(f"{service}: cannot listen on {host}:{port}: {error.strerror}; set ANDAMIO_PORT", file=sys.stderr)
        raise SystemExit(1) from error
    listener.set_inheritable(True)
    return listener


@contextlib.asynccontextmanager
async def background(*loops: Callable[[], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Run loops beside the application; they are cancelled, and awaited, when it ends."""
    tasks = [asyncio.ensure_future(loop()) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
