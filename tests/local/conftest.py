"""A client of the shared platform's gateway."""

from collections.abc import Iterator

import httpx
import pytest

from tests.local_stack import LocalStack


@pytest.fixture(scope="session")
def gateway_url(shared_stack: LocalStack) -> str:
    """The gateway's base URL."""
    return f"http://127.0.0.1:{shared_stack.ports['gateway']}"


@pytest.fixture(scope="session")
def api_key(shared_stack: LocalStack) -> str:
    """The stack's first API key, as people get it."""
    return shared_stack.run("env", "--api-key").stdout.strip()


@pytest.fixture
def gateway(gateway_url: str, api_key: str) -> Iterator[httpx.Client]:
    """A client with a key of its own, so that one test's requests do not count against another's rate limit."""
    with httpx.Client(base_url=gateway_url, headers={"Authorization": f"Bearer {api_key}"}, timeout=60) as first:
        issued = first.post("/v1/keys", json={"name": "test", "scopes": ["read", "write", "admin"]})
        assert issued.status_code == 201, issued.text
    headers = {"Authorization": f"Bearer {issued.json()['key']}"}
    with httpx.Client(base_url=gateway_url, headers=headers, timeout=60) as client:
        yield client
