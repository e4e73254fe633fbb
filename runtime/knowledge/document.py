"""What callers send and get: documents and search results."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Classification = Literal["public", "internal", "confidential", "restricted"]


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("the character NUL is not allowed")
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Label = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_storable)]


class NewDocument(BaseModel):
    """A text or Markdown document. Without `idioma` the language is detected."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_storable)]
    text: Annotated[str, Field(min_length=1, max_length=10_000_000), AfterValidator(_storable)]
    categoria: Label = "general"
    clasificacion: Classification = "internal"
    idioma: Literal["es", "en"] | None = None


class Document(BaseModel):
    """A document as stored; `bytes` is the size of the original in UTF-8."""

    id: UUID
    title: str
    categoria: str
    clasificacion: Classification
    idioma: str
    bytes: int
    chunks: int
    created_at: datetime


class Ingested(BaseModel):
    """`indexed` is false when the vector index was away; the reconciliation will index the document later."""

    document: Document
    created: bool
    indexed: bool


class DocumentPage(BaseModel):
    """Documents, newest first."""

    documents: list[Document]


class Search(BaseModel):
    """A question in words; `limit` chunks at most."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_storable)]
    limit: Annotated[int, Field(ge=1, le=50)] = 5
    categoria: Label | None = None


class Result(BaseModel):
    """A chunk found: `score` ranks within this answer (0 to 1); `similarity` is the cosine of question and
    chunk.
    """

    chunk: UUID
    document_id: UUID
    title: str
    section: str
    position: int
    text: str
    score: float
    similarity: float


class SearchResults(BaseModel):
    """Chunks, best first."""

    results: list[Result]
