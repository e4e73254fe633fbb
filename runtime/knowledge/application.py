"""The knowledge service's routes."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Response
from obstore.store import LocalStore, ObjectStore, from_url

from runtime.kit.authentication import Authenticator, require
from runtime.kit.database import Database
from runtime.kit.serving import application, background
from runtime.kit.tokens import Principal
from runtime.knowledge.document import Document, DocumentPage, Ingested, NewDocument, Search, SearchResults
from runtime.knowledge.embedding import Embedder
from runtime.knowledge.index import Index
from runtime.knowledge.library import Library
from runtime.knowledge.reconciliation import Reconciliation
from runtime.knowledge.settings import Settings

Reader = Annotated[Principal, Depends(require("read"))]
Writer = Annotated[Principal, Depends(require("write"))]


def build(settings: Settings) -> FastAPI:
    """The application with its connections; each is opened at its first use."""
    database = Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    index = Index(settings.vector_db_url, settings.vector_db_grpc_port, settings.vector_db_api_key.get_secret_value())
    embedder = Embedder(settings.embedding_service_url, settings.embedding_api_key.get_secret_value())
    blobs = _blobs(settings.blobs_url)
    reconciliation = Reconciliation(database, index)
    library = Library(database, index, embedder, blobs, reconciliation.behind)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with background(reconciliation.loop):
            yield
        await index.close()
        await embedder.close()
        await database.close()

    checks = {"database": database.ping, "vectors": index.ping, "embeddings": embedder.ping}
    authenticator = Authenticator(database, settings.jwt_secret.get_secret_value())
    app = application("knowledge", authenticator, checks, lifespan)
    _routes(app, library)
    return app


def _routes(app: FastAPI, library: Library) -> None:
    @app.post("/v1/documents", status_code=201, tags=["documents"])
    async def create(new: NewDocument, principal: Writer, response: Response) -> Ingested:
        """Ingest a document; 201 for a new one, 200 when the same content is already there."""
        ingested = await library.ingest(principal, new)
        response.headers["Location"] = f"/v1/documents/{ingested.document.id}"
        if not ingested.created:
            response.status_code = 200
        return ingested

    @app.get("/v1/documents", tags=["documents"])
    async def page(principal: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> DocumentPage:
        """The newest documents."""
        return DocumentPage(documents=await library.page(principal.tenant, limit))

    @app.get("/v1/documents/{document_id}", tags=["documents"])
    async def find(document_id: UUID, principal: Reader) -> Document:
        """One document's description."""
        return await library.find(principal.tenant, document_id)

    @app.delete("/v1/documents/{document_id}", status_code=204, tags=["documents"])
    async def remove(document_id: UUID, principal: Writer) -> None:
        """Delete a document, its chunks and its original."""
        await library.remove(principal, document_id)

    @app.post("/v1/search", tags=["search"])
    async def search(search: Search, principal: Reader) -> SearchResults:
        """Find chunks by words and meaning."""
        return await library.search(principal.tenant, search)


def _blobs(url: str) -> ObjectStore:
    """A local folder is created when it is missing; a bucket is not."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)), mkdir=True)
    return from_url(url)
