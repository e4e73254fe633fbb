"""Documents, chunks and embeddings as rows: the source of truth of the knowledge service."""

import uuid
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit.tables import chunks, documents
from runtime.knowledge.document import Classification, Document
from runtime.knowledge.index import Entry

Found = tuple[Entry, str, int]


async def add(
    connection: AsyncConnection, tenant: UUID, document: Document, blob: str, entries: Sequence[Entry]
) -> bool:
    """Insert a document with its chunks; False when a document with this id is already there."""
    row = {
        "id": document.id,
        "tenant_id": tenant,
        "titulo": document.title,
        "categoria": document.categoria,
        "clasificacion": document.clasificacion,
        "idioma": document.idioma,
        "bytes": document.bytes,
        "blob": blob,
        "created_at": document.created_at,
    }
    # Waits for another ingestion of the same content, and then gives way to it.
    inserted = await connection.execute(insert(documents).values(row).on_conflict_do_nothing())
    if not inserted.rowcount:
        return False
    rows = [
        {
            "id": entry.id,
            "tenant_id": tenant,
            "documento_id": document.id,
            "posicion": position,
            "seccion": entry.section,
            "texto": entry.text,
            "embedding": entry.vector,
        }
        for position, entry in enumerate(entries)
    ]
    await connection.execute(insert(chunks), rows)
    return True


async def page(connection: AsyncConnection, limit: int) -> list[Document]:
    """The newest documents of the tenant."""
    counted = select(func.count()).where(chunks.c.documento_id == documents.c.id).scalar_subquery()
    query = select(documents, counted.label("chunks")).order_by(documents.c.created_at.desc()).limit(limit)
    return [_document(row) for row in await connection.execute(query)]


async def find(connection: AsyncConnection, document: UUID) -> Document | None:
    """One document of the tenant."""
    counted = select(func.count()).where(chunks.c.documento_id == documents.c.id).scalar_subquery()
    query = select(documents, counted.label("chunks")).where(documents.c.id == document)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _document(row)


async def remove(connection: AsyncConnection, document: UUID) -> tuple[str, list[UUID]] | None:
    """Delete a document; its blob's path and its chunks' ids, or None when there is none."""
    query = select(chunks.c.id).where(chunks.c.documento_id == document)
    ids = [UUID(str(found)) for found in (await connection.scalars(query)).all()]
    statement = delete(documents).where(documents.c.id == document).returning(documents.c.blob)
    blob = (await connection.execute(statement)).scalar_one_or_none()
    return None if blob is None else (str(blob), ids)


async def any_chunk(connection: AsyncConnection) -> bool:
    """Whether the tenant has anything to find."""
    return (await connection.execute(select(chunks.c.id).limit(1))).first() is not None


async def chunk_ids(connection: AsyncConnection) -> set[UUID]:
    """The ids of all chunks of the tenant."""
    return {UUID(str(found)) for found in (await connection.scalars(select(chunks.c.id))).all()}


async def entries(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Found]:
    """Entries by id, each with its document's title and its position; ids without a row are left out."""
    query = (
        select(chunks, documents.c.titulo, documents.c.categoria)
        .join(documents, documents.c.id == chunks.c.documento_id)
        .where(chunks.c.id.in_(ids))
    )
    return {
        UUID(str(row.id)): (
            Entry(row.id, row.documento_id, row.categoria, row.seccion, row.texto, list(row.embedding)),
            str(row.titulo),
            int(row.posicion),
        )
        for row in await connection.execute(query)
    }


def chunk_id(document: UUID, position: int) -> UUID:
    """Deterministic, so that indexing again replaces instead of adding."""
    return uuid.uuid5(document, str(position))


def _document(row: "Row[tuple[object, ...]]") -> Document:
    return Document(
        id=row.id,
        title=row.titulo,
        categoria=row.categoria,
        clasificacion=cast(Classification, row.clasificacion),
        idioma=row.idioma,
        bytes=row.bytes,
        chunks=row.chunks,
        created_at=row.created_at,
    )
