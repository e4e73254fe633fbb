"""The library: ingest, find, search and delete documents of a tenant."""

import asyncio
import hashlib
import uuid
from datetime import UTC, datetime
from uuid import UUID

import obstore
import structlog
from obstore.store import ObjectStore

from runtime.kit import audit
from runtime.kit.database import Database
from runtime.kit.language import language_of
from runtime.kit.problem import Problem
from runtime.kit.tokens import Principal
from runtime.knowledge import repository
from runtime.knowledge.chunking import chunk
from runtime.knowledge.document import Document, Ingested, NewDocument, Result, Search, SearchResults
from runtime.knowledge.embedding import Embedder
from runtime.knowledge.index import Entry, Index, IndexUnavailable

log = structlog.get_logger(__name__)


class Library:
    """Rows and blobs are written before the index: what the index misses, the reconciliation adds."""

    def __init__(
        self, database: Database, index: Index, embedder: Embedder, blobs: ObjectStore, behind: asyncio.Event
    ) -> None:
        """Share the process's connections; `behind` is set when the index was found to lack something."""
        self._behind = behind
        self._database = database
        self._index = index
        self._embedder = embedder
        self._blobs = blobs

    async def ingest(self, principal: Principal, new: NewDocument) -> Ingested:
        """Store a document. The same content again changes nothing. Raises Problem 503 or 422."""
        tenant = principal.tenant
        identity = identity_of(tenant, new)
        async with self._database.tenant(tenant) as connection:
            existing = await repository.find(connection, identity)
        if existing is not None:
            return Ingested(document=existing, created=False, indexed=True)
        entries = await self._entries(identity, new)
        original = new.text.encode()
        blob = f"{tenant}/{identity}.md"
        await obstore.put_async(self._blobs, blob, original)
        document = Document(
            id=identity,
            title=new.title,
            categoria=new.categoria,
            clasificacion=new.clasificacion,
            idioma=new.idioma or language_of(new.text),
            bytes=len(original),
            chunks=len(entries),
            created_at=datetime.now(UTC),
        )
        async with self._database.tenant(tenant) as connection:
            created = await repository.add(connection, tenant, document, blob, entries)
            if created:
                await audit.record(connection, principal, "document.create", f"document/{identity}")
        return Ingested(document=document, created=created, indexed=await self._indexed(tenant, entries))

    async def _entries(self, identity: UUID, new: NewDocument) -> list[Entry]:
        pieces = chunk(new.text)
        if not pieces:
            raise Problem(422, "The document has no text to index.")
        vectors = await self._embedder.passages([f"{new.title}. {p.section}\n{p.text}" for p in pieces])
        return [
            Entry(
                repository.chunk_id(identity, piece.position),
                identity,
                new.categoria,
                piece.section,
                piece.text,
                vector,
            )
            for piece, vector in zip(pieces, vectors, strict=True)
        ]

    async def _indexed(self, tenant: UUID, entries: list[Entry]) -> bool:
        try:
            await self._index.put(tenant, entries)
        except IndexUnavailable as error:
            self._behind.set()
            log.warning("index_behind", tenant=str(tenant), chunks=len(entries), reason=str(error))
            return False
        return True

    async def search(self, tenant: UUID, search: Search) -> SearchResults:
        """Chunks by words and meaning. Raises Problem 503 when the index or the embedding service is away."""
        vector = await self._embedder.query(search.query)
        try:
            hits = await self._index.search(tenant, search.query, vector, search.limit, search.categoria)
        except IndexUnavailable as error:
            async with self._database.tenant(tenant) as connection:
                if not await repository.any_chunk(connection):
                    return SearchResults(results=[])
            self._behind.set()
            raise Problem(503, "The vector index does not answer.", headers={"Retry-After": "2"}) from error
        async with self._database.tenant(tenant) as connection:
            found = await repository.entries(connection, [hit.id for hit in hits])
        results = []
        for hit in hits:
            # The index may still hold what was deleted; the rows decide.
            if hit.id in found:
                entry, title, position = found[hit.id]
                results.append(_result(entry, title, position, hit.score, _cosine(vector, entry.vector)))
        return SearchResults(results=results)

    async def page(self, tenant: UUID, limit: int) -> list[Document]:
        """The newest documents."""
        async with self._database.tenant(tenant) as connection:
            return await repository.page(connection, limit)

    async def find(self, tenant: UUID, document: UUID) -> Document:
        """One document. Raises Problem 404."""
        async with self._database.tenant(tenant) as connection:
            found = await repository.find(connection, document)
        if found is None:
            raise Problem(404, f"There is no document {document}.")
        return found

    async def remove(self, principal: Principal, document: UUID) -> None:
        """Delete a document everywhere. Raises Problem 404. An index that is away is cleaned up later."""
        async with self._database.tenant(principal.tenant) as connection:
            removed = await repository.remove(connection, document)
            if removed is None:
                raise Problem(404, f"There is no document {document}.")
            await audit.record(connection, principal, "document.delete", f"document/{document}")
        blob, ids = removed
        await obstore.delete_async(self._blobs, blob)
        try:
            await self._index.remove(principal.tenant, ids)
        except IndexUnavailable as error:
            log.warning("index_ahead", tenant=str(principal.tenant), chunks=len(ids), reason=str(error))


def identity_of(tenant: UUID, new: NewDocument) -> UUID:
    """The same tenant, labels and text give the same id."""
    parts = "\0".join((new.title, new.categoria, new.clasificacion, new.idioma or "", new.text))
    return uuid.uuid5(tenant, hashlib.sha256(parts.encode()).hexdigest())


def _cosine(a: list[float], b: list[float]) -> float:
    """Both have unit length."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def _result(entry: Entry, title: str, position: int, score: float, similarity: float) -> Result:
    return Result(
        chunk=entry.id,
        document_id=entry.document_id,
        title=title,
        section=entry.section,
        position=position,
        text=entry.text,
        score=round(score, 4),
        similarity=round(similarity, 4),
    )
