"""The vectors port: a key, tenants that do not see each other, hybrid search, durability."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
import weaviate
from weaviate.classes.config import Configure, DataType, Property
from weaviate.classes.init import Auth
from weaviate.collections import Collection

from tests.conformance.conftest import Access
from tests.local_stack import eventually

pytestmark = pytest.mark.timeout(200)


def client(vectors: Access) -> weaviate.WeaviateClient:
    return weaviate.connect_to_local(
        host="127.0.0.1", port=vectors.ports[0], grpc_port=vectors.ports[1],
        auth_credentials=Auth.api_key(vectors.secrets["key"]),
        skip_init_checks=True,  # they look for a newer client on the internet
    )  # fmt: skip


@pytest.fixture
def name(vectors: Access) -> Iterator[str]:
    """A collection with two tenants, one document each; its name."""
    name = f"Conformance{uuid4().hex[:8]}"
    with client(vectors) as known:
        made = known.collections.create(
            name,
            properties=[Property(name="text", data_type=DataType.TEXT)],
            vector_config=Configure.Vectors.self_provided(),
            multi_tenancy_config=Configure.multi_tenancy(enabled=True, auto_tenant_creation=True),
        )
        made.with_tenant("one").data.insert({"text": "backups run at night"}, vector=[1.0, 0.0])
        made.with_tenant("two").data.insert({"text": "restores take an hour"}, vector=[0.0, 1.0])
    yield name
    with client(vectors) as known:
        known.collections.delete(name)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_without_the_key_nothing_is_answered(vectors: Access, headers: dict[str, str]) -> None:
    for path in ("/v1/schema", "/v1/objects", "/v1/nodes", "/v1/meta"):
        assert httpx.get(f"http://127.0.0.1:{vectors.port}{path}", headers=headers).status_code == 401, path


def test_a_tenant_finds_its_own_by_words_and_by_meaning_and_nothing_else(vectors: Access, name: str) -> None:
    with client(vectors) as known:
        assert texts(known.collections.get(name), "one") == ["backups run at night"]
        assert texts(known.collections.get(name), "two") == ["restores take an hour"]


def test_what_was_inserted_survives_a_kill_9(vectors: Access, name: str) -> None:
    vectors.stack.kill("vectors")
    eventually(lambda: vectors.stack.status()["healthy"], 60, "the platform is healthy after the kill")
    with client(vectors) as known:
        assert texts(known.collections.get(name), "one") == ["backups run at night"]


def texts(collection: "Collection[dict[str, object], None]", tenant: str) -> list[object]:
    found = collection.with_tenant(tenant).query.hybrid("backups restores", vector=[1.0, 1.0], limit=5)
    return [entry.properties["text"] for entry in found.objects]
