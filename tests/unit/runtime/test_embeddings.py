import base64
import struct

import httpx
import pytest
from pydantic import SecretStr

from runtime.embeddings.application import BATCH_LIMIT, build
from runtime.embeddings.settings import Settings

KEY = "embedding-key-0123456789"


@pytest.fixture(scope="module")
def transport() -> httpx.ASGITransport:
    return httpx.ASGITransport(app=build(Settings(andamio_port=1, embedding_api_key=SecretStr(KEY))))


async def post(transport: httpx.ASGITransport, body: dict[str, object], key: str = KEY) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, base_url="http://embeddings") as client:
        return await client.post("/v1/embeddings", json=body, headers={"authorization": f"Bearer {key}"})


async def vectors(transport: httpx.ASGITransport, body: dict[str, object]) -> list[list[float]]:
    return [row["embedding"] for row in (await post(transport, body)).json()["data"]]


async def test_vectors_have_unit_length_and_the_models_width(transport: httpx.ASGITransport) -> None:
    (vector,) = await vectors(transport, {"input": "hola"})
    assert len(vector) == 384
    assert sum(value * value for value in vector) == pytest.approx(1, abs=1e-3)


async def test_a_question_is_nearer_to_its_answer_than_to_another_text(transport: httpx.ASGITransport) -> None:
    texts = ["PostgreSQL necesita 16 GB de memoria.", "La receta lleva tomates y albahaca."]
    (question,) = await vectors(transport, {"input": "How much memory for PostgreSQL?", "input_type": "query"})
    near, far = await vectors(transport, {"input": texts})
    assert sum(a * b for a, b in zip(question, near, strict=True)) > sum(
        a * b for a, b in zip(question, far, strict=True)
    )


async def test_base64_holds_the_same_numbers(transport: httpx.ASGITransport) -> None:
    (plain,) = await vectors(transport, {"input": "hola"})
    packed = (await post(transport, {"input": "hola", "encoding_format": "base64"})).json()["data"][0]["embedding"]
    assert struct.unpack("<384f", base64.b64decode(packed)) == pytest.approx(plain)


async def test_another_key_is_refused(transport: httpx.ASGITransport) -> None:
    assert (await post(transport, {"input": "hola"}, key="x" * 24)).status_code == 401


@pytest.mark.parametrize("wrong", ["", [], ["ok", ""], "a\0b", ["x"] * (BATCH_LIMIT + 1), 7])
async def test_input_that_cannot_be_embedded_is_refused(transport: httpx.ASGITransport, wrong: object) -> None:
    assert (await post(transport, {"input": wrong})).status_code == 422
