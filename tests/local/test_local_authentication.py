"""Every route of every service needs a credential, but for health and readiness."""

import httpx
import pytest

from tests.local_stack import LocalStack

SERVICES = ("gateway", "orchestrator", "tools", "knowledge", "embeddings")
OPEN = ("/health", "/ready")
UUID = "00000000-0000-4000-8000-000000000000"
BAD = ({}, {"Authorization": "Bearer wrong"}, {"X-API-Key": "ak_" + "x" * 43}, {"Authorization": "Basic YTpi"})


@pytest.mark.parametrize("headers", BAD)
def test_every_described_route_refuses_a_stranger(
    gateway: httpx.Client, gateway_url: str, headers: dict[str, str]
) -> None:
    paths = gateway.get("/openapi.json").raise_for_status().json()["paths"]
    routes = [(method, path) for path, methods in paths.items() for method in methods]
    assert len(routes) >= 20
    answers = {
        (method, path): httpx.request(method, f"{gateway_url}{filled(path)}", headers=headers, timeout=30).status_code
        for method, path in routes
        if path not in OPEN
    }
    assert {route: code for route, code in answers.items() if code != 401} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_to_anyone_only_that_it_is_alive_and_ready(shared_stack: LocalStack, service: str) -> None:
    url = f"http://127.0.0.1:{shared_stack.ports[service]}"
    assert [httpx.get(f"{url}{path}", timeout=30).status_code for path in OPEN] == [200, 200]
    for path in ("/metrics", "/openapi.json", "/docs", "/v1/nothing", "/"):
        assert httpx.get(f"{url}{path}", timeout=30).status_code == 401, path


def test_a_token_works_as_its_key_does_and_does_not_make_tokens(gateway: httpx.Client, gateway_url: str) -> None:
    token = gateway.post("/v1/token").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{gateway_url}/v1/agents", headers=headers, timeout=30).status_code == 200
    assert httpx.post(f"{gateway_url}/v1/token", headers=headers, timeout=30).status_code == 403


def filled(path: str) -> str:
    """The path with something that fits in the place of each parameter."""
    parts = path.split("/")
    return "/".join("search_knowledge" if p == "{name}" else UUID if p.startswith("{") else p for p in parts)
