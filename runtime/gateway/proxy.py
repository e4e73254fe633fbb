"""The way to the services: same method, path, query and body; other credentials; streamed both ways."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from runtime.gateway.route import Route, Service
from runtime.kit.problem import Problem
from runtime.kit.requests import REQUEST_ID
from runtime.kit.tokens import Principal, mint

TOKEN_SECONDS: Final = 60
# Only these go in and come out: no credential, cookie, hop-by-hop or forwarding header passes by mistake.
INBOUND: Final = (
    "accept",
    "content-type",
    "content-length",
    "idempotency-key",
    "last-event-id",
    "effect-key",
)
OUTBOUND: Final = (
    "content-type",
    "content-length",
    "location",
    "retry-after",
    "cache-control",
    "www-authenticate",
)
STREAM: Final = "text/event-stream"


class Proxy:
    """Pooled clients, one for each service."""

    def __init__(self, urls: Mapping[Service, str], jwt_secret: str) -> None:
        """`urls` are the services' addresses; `jwt_secret` signs the tokens they accept."""
        self._secret = jwt_secret
        # An event stream is silent for at most 15 s (its ping); other answers take as long as an ingestion.
        timeout = httpx.Timeout(120, connect=3, pool=5)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        self.clients = {
            service: httpx.AsyncClient(
                base_url=url.rstrip("/"),
                timeout=timeout,
                transport=httpx.AsyncHTTPTransport(retries=1, limits=limits),
            )
            for service, url in urls.items()
        }

    async def forward(self, request: Request, route: Route, principal: Principal) -> Response:
        """The service's answer. Raises Problem 502, 503 or 504 when it gives none."""
        headers = {name: request.headers[name] for name in INBOUND if name in request.headers}
        headers["authorization"] = f"Bearer {mint(self._secret, principal, TOKEN_SECONDS)}"
        headers[REQUEST_ID] = request.state.request_id
        client = self.clients[route.service]
        url = httpx.URL(request.url.path).copy_with(query=request.url.query.encode() or None)
        body = None if request.method in ("GET", "DELETE") else request.stream()
        outgoing = client.build_request(request.method, url, headers=headers, content=body)
        try:
            answer = await _sent(client, outgoing)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Problem(503, f"{_named(route)} is not there now.", headers={"Retry-After": "2"}) from error
        except httpx.TimeoutException as error:
            raise Problem(504, f"{_named(route)} did not answer in time.") from error
        except httpx.HTTPError as error:
            raise Problem(502, f"{_named(route)} broke off.", headers={"Retry-After": "2"}) from error
        passed = {name: answer.headers[name] for name in OUTBOUND if name in answer.headers}
        if answer.headers.get("content-type", "").startswith(STREAM):
            return StreamingResponse(_chunks(answer), answer.status_code, passed)
        try:
            content = await answer.aread()
        except httpx.HTTPError as error:
            raise Problem(502, f"{_named(route)} broke off.", headers={"Retry-After": "2"}) from error
        finally:
            await answer.aclose()
        return Response(content, answer.status_code, passed)

    async def close(self) -> None:
        """Close the pooled connections."""
        for client in self.clients.values():
            await client.aclose()


async def _sent(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """Reading twice is harmless: a GET whose replica was killed under it is sent to another one."""
    try:
        return await client.send(request, stream=True)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        if request.method != "GET":
            raise
        return await client.send(request, stream=True)


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    """A stream that the service breaks off just ends: the reader comes back with Last-Event-ID."""
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    except httpx.HTTPError:
        return
    finally:
        await answer.aclose()


def _named(route: Route) -> str:
    return f"The service {route.service}"
