"""The gateway's routes: tokens, keys, the description, and the way to the services."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from runtime.gateway.description import describe
from runtime.gateway.key import IssuedKey, KeyPage, Keys, NewKey
from runtime.gateway.limit import Allowance, RateLimit
from runtime.gateway.proxy import Proxy
from runtime.gateway.route import Service, route_for
from runtime.gateway.settings import Settings
from runtime.kit.authentication import Authenticator, credential_of, principal_of, require
from runtime.kit.database import Database
from runtime.kit.problem import Problem
from runtime.kit.serving import application
from runtime.kit.tokens import Principal, fingerprint, mint
from runtime.kit.wakeups import connect

TOKEN_SECONDS = 900
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Admin = Annotated[Principal, Depends(require("admin"))]
Reader = Annotated[Principal, Depends(require("read"))]


class Token(BaseModel):
    """A bearer token, good for `expires_in` seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, not one
    expires_in: int


def build(settings: Settings) -> FastAPI:
    """The application with its connections; each is opened at its first use."""
    secret = settings.jwt_secret.get_secret_value()
    database = Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    cache = connect(settings.redis_url.get_secret_value(), connections=50)
    limit = RateLimit(cache, settings.rate_limit_per_minute)
    urls: dict[Service, str] = {
        "orchestrator": settings.orchestrator_url,
        "tools": settings.tools_url,
        "knowledge": settings.knowledge_url,
    }
    proxy = Proxy(urls, secret)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await proxy.close()
        await cache.aclose()
        await database.close()

    checks = {"database": database.ping}
    app = application("gateway", Authenticator(database, secret), checks, lifespan, openapi_url=None)
    _own_routes(app, Keys(database), secret, proxy, limit)
    _public_routes(app, proxy, limit)
    return app


def _own_routes(app: FastAPI, keys: Keys, secret: str, proxy: Proxy, limit: RateLimit) -> None:
    @app.post("/v1/token", tags=["credentials"])
    async def token(request: Request) -> Token:
        """A token of 15 minutes for an API key, with the key's scopes."""
        await _allowed(request, limit, spends=True)
        principal = principal_of(request)
        if not credential_of(request.headers).startswith("ak_"):
            raise Problem(403, "A token is given for an API key, not for another token.")
        return Token(access_token=mint(secret, principal, TOKEN_SECONDS), expires_in=TOKEN_SECONDS)

    @app.post("/v1/keys", status_code=201, tags=["credentials"])
    async def issue(new: NewKey, principal: Admin, request: Request) -> IssuedKey:
        """Make an API key; this is the only time it is shown."""
        await _allowed(request, limit, spends=True)
        return await keys.issue(principal, new)

    @app.get("/v1/keys", tags=["credentials"])
    async def page(principal: Admin, request: Request) -> KeyPage:
        """The tenant's API keys, without their secrets."""
        await _allowed(request, limit, spends=False)
        return await keys.page(principal.tenant)

    @app.delete("/v1/keys/{key_id}", status_code=204, tags=["credentials"])
    async def revoke(key_id: UUID, principal: Admin, request: Request) -> None:
        """Revoke an API key."""
        await _allowed(request, limit, spends=True)
        await keys.revoke(principal, key_id)

    @app.get("/openapi.json", include_in_schema=False)
    async def description(principal: Reader, request: Request) -> Response:
        await _allowed(request, limit, spends=False)
        return JSONResponse(await describe(app.openapi(), proxy.clients, secret, principal))


def _public_routes(app: FastAPI, proxy: Proxy, limit: RateLimit) -> None:
    @app.api_route("/v1/{path:path}", methods=METHODS, include_in_schema=False)
    async def public(path: str, request: Request) -> Response:
        # What was sent is compared, so that an encoded slash or dot cannot pass for another path.
        sent = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
        route = route_for(request.method, sent)
        if route is None:
            raise Problem(404, "There is no such route; GET /openapi.json lists them.")
        allowance = await _allowed(request, limit, spends=route.spends)
        answer = await proxy.forward(request, route, principal_of(request))
        if allowance is not None:
            answer.headers.update(allowance.headers())
        return answer


async def _allowed(request: Request, limit: RateLimit, *, spends: bool) -> Allowance | None:
    """One token of the caller's bucket. Raises Problem 429; without Valkey reads pass, and what spends is
    503.
    """
    client = request.client.host if request.client else ""
    allowance = await limit.take(fingerprint(credential_of(request.headers)), client)
    if allowance is None and spends:
        raise Problem(503, "Rate limits cannot be checked now; only reads are open.", headers={"Retry-After": "2"})
    if allowance is not None and not allowance.allowed:
        raise Problem(
            429,
            f"More than {allowance.limit} requests a minute; try again later.",
            headers=allowance.headers(),
        )
    return allowance
