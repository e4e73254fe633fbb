"""Calls to another service of the platform, on behalf of a tenant, with a token of one minute."""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

import httpx
import structlog

from runtime.kit.requests import REQUEST_ID
from runtime.kit.tokens import Principal, mint

TOKEN_SECONDS = 60
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class PeerUnavailable(Exception):
    """The other service did not answer, or answered 429 or 5xx: worth another try later."""


class PeerRefused(Exception):
    """The other service understood and refused (4xx); another try would be refused too."""


class Peer:
    """An HTTP client for one service. Connections are pooled and reopened after the service was restarted."""

    def __init__(self, name: str, url: str, subject: str, jwt_secret: str, timeout_s: float = 30.0) -> None:
        """`subject` names the caller in the tokens; `name` names the callee in errors."""
        self.name = name
        self._subject = subject
        self._secret = jwt_secret
        # One more try to connect: the replica that the first reached may just have ended.
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            timeout=httpx.Timeout(timeout_s, connect=3.0),
            transport=httpx.AsyncHTTPTransport(retries=1),
        )

    async def call(
        self,
        method: str,
        path: str,
        tenant: UUID,
        scopes: frozenset[str],
        body: Mapping[str, Json] | None = None,
        more_headers: Mapping[str, str] | None = None,
    ) -> Json:
        """The JSON answer of a call. Raises PeerUnavailable or PeerRefused."""
        token = mint(self._secret, Principal(self._subject, tenant, scopes), TOKEN_SECONDS)
        headers = {"authorization": f"Bearer {token}", **(more_headers or {})}
        if request_id := structlog.contextvars.get_contextvars().get("request_id"):
            headers[REQUEST_ID] = request_id
        try:
            answer = await self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise PeerUnavailable(f"the service {self.name} does not answer ({type(error).__name__})") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise PeerUnavailable(f"the service {self.name} answered {answer.status_code}")
        if answer.status_code >= 400:
            raise PeerRefused(f"the service {self.name} refused: {_detail(answer)}")
        result: Json = answer.json()
        return result

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"
