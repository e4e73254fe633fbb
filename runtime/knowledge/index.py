"""Weaviate: an index of the chunks that can be rebuilt from PostgreSQL at any time."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import weaviate
from weaviate.classes.config import Configure, DataType, Property, Tokenization
from weaviate.classes.data import DataObject
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.classes.tenants import Tenant
from weaviate.collections.classes.types import WeaviateField
from weaviate.collections.collection import CollectionAsync
from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateBaseError

COLLECTION = "Fragmento"
SCHEMA = [
    Property(name="text", data_type=DataType.TEXT, tokenization=Tokenization.WORD),
    Property(name="section", data_type=DataType.TEXT, tokenization=Tokenization.WORD),
    Property(name="document_id", data_type=DataType.UUID),
    Property(name="category", data_type=DataType.TEXT, tokenization=Tokenization.FIELD),
]
# Vectors count for most: questions come in another language than the document too.
VECTOR_WEIGHT = 0.7


class IndexUnavailable(Exception):
    """Weaviate did not answer, or refused."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One chunk as the index holds it."""

    id: UUID
    document_id: UUID
    category: str
    section: str
    text: str
    vector: list[float]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found: `score` is the fused rank of words and vectors, from 0 to 1, best first."""

    id: UUID
    score: float


class Index:
    """One collection, one shard for each tenant. Connects at the first call, and again after a failure."""

    def __init__(self, url: str, grpc_port: int, key: str) -> None:
        """`url` is the HTTP address; gRPC is on the same host."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        self._client = weaviate.use_async_with_custom(
            http_host=host,
            http_port=parts.port or (443 if secure else 80),
            http_secure=secure,
            grpc_host=host,
            grpc_port=grpc_port,
            grpc_secure=secure,
            auth_credentials=Auth.api_key(key),
            # Start without the server is allowed; every call reports for itself.
            skip_init_checks=True,
            additional_config=AdditionalConfig(timeout=Timeout(init=5, query=10, insert=60)),
        )
        self._connecting = asyncio.Lock()
        self._known: set[str] = set()

    async def put(self, tenant: UUID, entries: Sequence[Entry]) -> None:
        """Insert or replace entries. Raises IndexUnavailable; then some may be in and some not."""
        try:
            collection = await self._shard(tenant)
            for start in range(0, len(entries), 200):
                answer = await collection.data.insert_many([_object(e) for e in entries[start : start + 200]])
                if answer.has_errors:
                    raise IndexUnavailable(f"{len(answer.errors)} chunks were refused")
        except WeaviateBaseError as error:
            self._known.discard(str(tenant))
            raise IndexUnavailable(type(error).__name__) from error

    async def search(self, tenant: UUID, text: str, vector: list[float], limit: int, category: str | None) -> list[Hit]:
        """The best chunks by words and vector together.

        Raises IndexUnavailable, also when the server has no shard for the tenant: an empty one made here would turn
        a lost index into the false answer that nothing was found.
        """
        try:
            await self._connect()
            collection = self._client.collections.use(COLLECTION).with_tenant(str(tenant))
            answer = await collection.query.hybrid(
                text,
                vector=vector,
                alpha=VECTOR_WEIGHT,
                limit=limit,
                query_properties=["text", "section"],
                filters=Filter.by_property("category").equal(category) if category else None,
                return_metadata=MetadataQuery(score=True),
                return_properties=[],
            )
        except WeaviateBaseError as error:
            raise IndexUnavailable(type(error).__name__) from error
        return [Hit(UUID(str(found.uuid)), found.metadata.score or 0.0) for found in answer.objects]

    async def remove(self, tenant: UUID, ids: Sequence[UUID]) -> None:
        """Delete entries; absent ones are no error. Raises IndexUnavailable."""
        try:
            collection = await self._shard(tenant)
            for start in range(0, len(ids), 200):
                await collection.data.delete_many(where=Filter.by_id().contains_any(ids[start : start + 200]))
        except WeaviateBaseError as error:
            raise IndexUnavailable(type(error).__name__) from error

    async def count(self, tenant: UUID) -> int:
        """Entries of a tenant. Raises IndexUnavailable."""
        try:
            collection = await self._shard(tenant, fresh=True)
            return (await collection.aggregate.over_all(total_count=True)).total_count or 0
        except WeaviateBaseError as error:
            raise IndexUnavailable(type(error).__name__) from error

    async def ids(self, tenant: UUID) -> AsyncIterator[UUID]:
        """The ids of a tenant's entries. Raises IndexUnavailable."""
        try:
            collection = await self._shard(tenant)
            async for found in collection.iterator(return_properties=[], include_vector=False):
                yield UUID(str(found.uuid))
        except WeaviateBaseError as error:
            raise IndexUnavailable(type(error).__name__) from error

    async def ping(self) -> None:
        """Raises IndexUnavailable when the server is not ready."""
        await self._connect()
        if not await self._client.is_ready():
            raise IndexUnavailable("not ready")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _connect(self) -> None:
        async with self._connecting:
            if not self._client.is_connected():
                await self._client.connect()

    async def _shard(
        self, tenant: UUID, *, fresh: bool = False
    ) -> "CollectionAsync[Mapping[str, WeaviateField], None]":
        """The tenant's part of the collection; both are created when the server does not have them."""
        await self._connect()
        name = str(tenant)
        if fresh or name not in self._known:
            if not await self._client.collections.exists(COLLECTION):
                await self._create()
            collection = self._client.collections.use(COLLECTION)
            if not await collection.tenants.exists(name):
                await collection.tenants.create([Tenant(name=name)])
            self._known.add(name)
        return self._client.collections.use(COLLECTION).with_tenant(name)

    async def _create(self) -> None:
        try:
            await self._client.collections.create(
                COLLECTION,
                properties=SCHEMA,
                vector_config=Configure.Vectors.self_provided(),
                multi_tenancy_config=Configure.multi_tenancy(enabled=True, auto_tenant_activation=True),
            )
        except UnexpectedStatusCodeError:
            # Another replica created it between our look and our call.
            if not await self._client.collections.exists(COLLECTION):
                raise


def _object(entry: Entry) -> "DataObject[Mapping[str, WeaviateField], None]":
    properties: dict[str, WeaviateField] = {
        "text": entry.text,
        "section": entry.section,
        "document_id": entry.document_id,
        "category": entry.category,
    }
    return DataObject(uuid=entry.id, properties=properties, vector=entry.vector)
