"""Who calls: a default-deny gate in front of every route but /health and /ready."""

import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog
from fastapi import Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.kit.database import Database
from runtime.kit.problem import Problem
from runtime.kit.tokens import KEY_PATTERN, SCOPES, BadToken, Principal, fingerprint, verify

OPEN_PATHS: Final = frozenset({"/health", "/ready"})
CACHE_SECONDS: Final = 10.0
CACHE_SIZE: Final = 4096
Verifier = Callable[[str], Awaitable[Principal]]
log = structlog.get_logger(__name__)
FIND_KEY = text("SELECT id, tenant_id, scopes FROM clave_por_huella(:huella)")


class Authenticator:
    """Turns a credential into a principal: API keys by their row in PostgreSQL, everything else as a JWT."""

    def __init__(self, database: Database, jwt_secret: str) -> None:
        """A key found is remembered for ten seconds, so that is also how long a revoked one still works."""
        self._database = database
        self._secret = jwt_secret
        self._known: dict[str, tuple[float, Principal]] = {}

    async def __call__(self, credential: str) -> Principal:
        """Raises Problem 401 for a credential that is not good."""
        if not credential.startswith("ak_"):
            try:
                return verify(self._secret, credential)
            except BadToken as error:
                raise unauthenticated(str(error)) from error
        if not KEY_PATTERN.fullmatch(credential):
            raise unauthenticated("the API key is not valid")
        return await self._by_key(fingerprint(credential))

    async def _by_key(self, huella: str) -> Principal:
        now = time.monotonic()
        remembered = self._known.get(huella)
        if remembered and remembered[0] > now:
            return remembered[1]
        async with self._database.unbound() as connection:
            row = (await connection.execute(FIND_KEY, {"huella": huella})).one_or_none()
        if row is None:
            self._known.pop(huella, None)
            raise unauthenticated("the API key is not valid")
        principal = Principal(str(row.id), UUID(str(row.tenant_id)), SCOPES.intersection(row.scopes))
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[huella] = (now + CACHE_SECONDS, principal)
        return principal


class AuthenticationGate:
    """ASGI middleware: sets `request.state.principal`, or answers 401. Unknown paths are gated too."""

    def __init__(self, app: ASGIApp, verifier: Verifier) -> None:
        """`verifier` turns a credential into a principal, or raises Problem."""
        self.app = app
        self.verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let open paths through; anything else needs a credential."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        try:
            principal = await self.verifier(credential_of(Headers(scope=scope)))
        except Problem as problem:
            await problem.response(scope["path"])(scope, receive, send)
            return
        except (SQLAlchemyError, OSError) as error:
            log.warning("credentials_unchecked", kind=type(error).__name__)
            away = Problem(503, "Credentials cannot be checked now; try again.", headers={"Retry-After": "2"})
            await away.response(scope["path"])(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        await self.app(scope, receive, send)


def credential_of(headers: Headers) -> str:
    """The bearer token or X-API-Key of a request. Raises Problem 401 when there is none."""
    if key := headers.get("x-api-key", "").strip():
        return key
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("send Authorization: Bearer <key or token>, or X-API-Key: <key>")
    return token.strip()


def unauthenticated(reason: str) -> Problem:
    """Problem 401 with the challenge the standard asks for."""
    return Problem(401, f"Not authenticated: {reason}.", headers={"WWW-Authenticate": 'Bearer realm="andamio"'})


def principal_of(request: Request) -> Principal:
    """The principal the gate found."""
    principal = request.state.principal
    assert isinstance(principal, Principal)  # noqa: S101 - the gate sets it before any route runs
    return principal


def require(scope: str) -> Callable[[Request], Awaitable[Principal]]:
    """A FastAPI dependency: the principal, or Problem 403 when it lacks `scope`."""

    async def dependency(request: Request) -> Principal:
        principal = principal_of(request)
        if not principal.may(scope):
            raise Problem(403, f"This credential lacks the scope {scope}.", required_scope=scope)
        return principal

    return dependency
