"""A client of a running platform's public API."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from uuid import uuid4

import httpx
from pydantic import BaseModel

from andamio.failure import CommandFailure

_TIMEOUT_S = 60
_PATIENCE_S = 120


class Citation(BaseModel):
    """A passage that an answer refers to."""

    index: int
    title: str
    section: str
    score: float


class Timings(BaseModel):
    """Seconds."""

    queued_s: float | None = None
    running_s: float | None = None
    total_s: float | None = None


class Execution(BaseModel):
    """A finished execution."""

    id: str
    status: str
    answer: str | None
    citations: list[Citation]
    model: str | None
    simulated: bool | None
    error: str | None
    timings: Timings


@dataclass
class Gateway:
    """One authenticated connection; requests that the rate limit refuses are repeated when it says so."""

    client: httpx.Client

    @classmethod
    def connect(cls, url: str, api_key: str) -> "Gateway":
        """A client of the gateway at ``url``."""
        headers = {"Authorization": f"Bearer {api_key}"}
        return cls(httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S))

    def __enter__(self) -> "Gateway":
        """Use as a context, which closes the connection."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close the connection."""
        self.client.close()

    def ingest(self, title: str, text: str, category: str) -> bool:
        """Add a document; True when it was new."""
        body = {"title": title, "text": text, "categoria": category, "clasificacion": "public"}
        return bool(self._send("POST", "/v1/documents", body).json()["created"])

    def agent(self, name: str) -> str:
        """The id of the agent called ``name``, created on first use."""
        for agent in self._send("GET", "/v1/agents").json()["agents"]:
            if agent["name"] == name:
                return str(agent["id"])
        return str(self._send("POST", "/v1/agents", {"name": name}).json()["id"])

    def ask(self, agent: str, question: str) -> Execution:
        """Start an execution and follow its events to the end."""
        started = self._send("POST", "/v1/executions", {"agent_id": agent, "input": question}, uuid4().hex)
        path = f"/v1/executions/{started.json()['id']}"
        self._follow(f"{path}/events")
        return Execution.model_validate(self._send("GET", path).json())

    def _follow(self, path: str) -> None:
        with self.client.stream("GET", path, timeout=_PATIENCE_S) as events:
            for _ in events.iter_lines():
                pass  # the service ends the stream at the execution's last event

    def _send(
        self, method: str, path: str, body: Mapping[str, object] | None = None, key: str | None = None
    ) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_S
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            try:
                answer = self.client.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                raise CommandFailure(f"{self.client.base_url} does not answer ({error}): `make status`") from error
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or time.monotonic() > deadline:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.is_error:
            raise CommandFailure(f"{method} {path} answered {answer.status_code}: {_detail(answer)}")
        return answer


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return answer.text[:200]
