"""The gate, the envelope and the problems that every service wears, on a small application."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel

from runtime.kit import requests as envelope
from runtime.kit.authentication import require, unauthenticated
from runtime.kit.problem import Problem
from runtime.kit.serving import application
from runtime.kit.tokens import Principal

TENANT = UUID("0fc5e765-8078-57e8-8c03-f68891038d67")
GOOD = {"authorization": "Bearer good"}


class Body(BaseModel):
    number: int


async def verifier(credential: str) -> Principal:
    if credential == "broken":
        raise OSError
    if credential != "good":
        raise unauthenticated("the key is not valid")
    return Principal("me", TENANT, frozenset({"read"}))


async def refuses() -> None:
    raise ConnectionRefusedError("to 127.0.0.1 with password hunter2")


async def answers() -> None:
    return


@pytest.fixture
def app() -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    built = application("example", verifier, {"database": answers, "cache": refuses}, lifespan)

    @built.post("/v1/numbers")
    async def numbers(body: Body, principal: Annotated[Principal, Depends(require("read"))]) -> int:
        return body.number

    @built.post("/v1/writes")
    async def writes(principal: Annotated[Principal, Depends(require("write"))]) -> int:
        return 1

    @built.get("/v1/bug")
    async def bug() -> None:
        raise RuntimeError("secret inside")

    @built.get("/v1/conflict")
    async def conflict() -> None:
        raise Problem(409, "It is taken.", headers={"Retry-After": "1"})

    return built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as made:
        yield made


@pytest.mark.parametrize("path", ["/v1/numbers", "/metrics", "/openapi.json", "/docs", "/nothing", "/health/", "/"])
async def test_every_path_but_health_and_ready_needs_a_credential(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_health_is_open(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "alive"}


async def test_ready_names_what_fails_without_its_secrets(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "cache": "ConnectionRefusedError"}
    assert "hunter2" not in answer.text


async def test_a_wrong_credential_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/numbers", headers={"x-api-key": "bad"}, json={"number": 1})).status_code == 401


async def test_a_credential_that_cannot_be_checked_now_is_a_503(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/bug", headers={"x-api-key": "broken"})).status_code == 503


async def test_a_missing_scope_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/writes", headers=GOOD)
    assert answer.status_code == 403
    assert answer.json()["required_scope"] == "write"


async def test_metrics_need_their_own_scope(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics", headers=GOOD)).status_code == 403


async def test_a_bad_body_names_the_field(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/numbers", headers=GOOD, json={"number": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.number"


async def test_a_problem_has_the_shape_of_the_standard(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/conflict", headers=GOOD)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "It is taken.",
        "instance": "/v1/conflict",
    }
    assert answer.headers["retry-after"] == "1"


async def test_an_unexpected_error_says_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/bug", headers=GOOD)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret inside" not in answer.text


async def test_a_request_id_is_kept_when_it_is_well_formed_and_replaced_when_not(client: httpx.AsyncClient) -> None:
    kept = await client.get("/health", headers={"x-request-id": "trace-12345678"})
    replaced = await client.get("/health", headers={"x-request-id": "bad id\t{}"})
    assert kept.headers["x-request-id"] == "trace-12345678"
    assert len(replaced.headers["x-request-id"]) == 32


async def test_answers_carry_the_security_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health")
    assert {name: answer.headers[name] for name in envelope.SECURITY_HEADERS} == envelope.SECURITY_HEADERS


async def test_a_body_over_the_limit_is_refused_even_when_its_length_is_not_declared(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "BODY_LIMIT", 100)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b'"' + b"x" * 50

    declared = await client.post("/v1/numbers", headers=GOOD, content=b"x" * 101)
    undeclared = await client.post("/v1/numbers", headers=GOOD, content=endless())
    assert (declared.status_code, undeclared.status_code) == (413, 413)
