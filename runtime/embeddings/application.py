"""The embedding service: `POST /v1/embeddings` and `GET /v1/models`, as OpenAI's API has them."""

import base64
import contextlib
import hmac
import struct
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import FastAPI
from pydantic import BaseModel, Field, field_validator

from runtime.embeddings.engine import MODEL, Engine, QueueFull
from runtime.embeddings.settings import Settings
from runtime.kit.authentication import Verifier, unauthenticated
from runtime.kit.problem import Problem
from runtime.kit.serving import application
from runtime.kit.tokens import Principal

BATCH_LIMIT = 128
TEXT_LIMIT = 32_768
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class EmbeddingRequest(BaseModel):
    """Texts to embed; `input_type` selects e5's prefix (the default is that of documents)."""

    input: Text | Annotated[list[Text], Field(min_length=1, max_length=BATCH_LIMIT)]
    model: str = MODEL
    input_type: Literal["query", "passage", "document"] = "passage"
    encoding_format: Literal["float", "base64"] = "float"

    @field_validator("input", mode="after")
    @classmethod
    def _no_nul(cls, value: str | list[str]) -> str | list[str]:
        if any("\0" in text for text in ([value] if isinstance(value, str) else value)):
            raise ValueError("a text may not contain the character NUL")
        return value


class Embedding(BaseModel):
    """One vector: 384 floats, or the same as base64 of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class Usage(BaseModel):
    """Tokens read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingResponse(BaseModel):
    """Vectors in the order of the input."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage


def bearer(key: str) -> Verifier:
    """Accepts one key, compared in constant time. The key belongs to the platform, not to a tenant."""
    platform = Principal("platform", UUID(int=0), frozenset({"read", "metrics"}))

    async def verify(credential: str) -> Principal:
        if not hmac.compare_digest(credential.encode(), key.encode()):
            raise unauthenticated("the key is not valid")
        return platform

    return verify


def build(settings: Settings) -> FastAPI:
    """The application; the model is loaded here, so that an alive service is a ready one."""
    engine = Engine(settings.omp_num_threads)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.close()

    app = application("embeddings", bearer(settings.embedding_api_key.get_secret_value()), {}, lifespan)

    @app.post("/v1/embeddings")
    async def embeddings(request: EmbeddingRequest) -> EmbeddingResponse:
        texts = [request.input] if isinstance(request.input, str) else request.input
        try:
            rows, tokens = await engine.embed(texts, query=request.input_type == "query")
        except QueueFull as error:
            raise Problem(429, "Too many requests wait; try again.", headers={"Retry-After": "1"}) from error
        packed = request.encoding_format == "base64"
        data = [Embedding(index=i, embedding=_packed(row) if packed else row) for i, row in enumerate(rows)]
        return EmbeddingResponse(data=data, model=MODEL, usage=Usage(prompt_tokens=tokens, total_tokens=tokens))

    @app.get("/v1/models")
    async def models() -> dict[str, str | list[dict[str, str]]]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "andamio"}]}

    return app


def _packed(row: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(row)}f", *row)).decode()
