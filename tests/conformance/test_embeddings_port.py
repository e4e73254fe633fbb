"""The embeddings port: OpenAI's API with a key; a question is nearest to what answers it."""

import httpx
import pytest

from tests.conformance.conftest import Access

QUESTION = "¿Cuándo se hacen las copias de seguridad?"
ANSWER = "Backups of the database run every night at two."
OTHER = "The kitchen of the restaurant is closed on Mondays."


def embed(embeddings: Access, key: str | None, texts: list[str], kind: str = "passage") -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    url = f"http://127.0.0.1:{embeddings.port}/v1/embeddings"
    return httpx.post(url, json={"input": texts, "input_type": kind}, headers=headers, timeout=30)


@pytest.mark.parametrize("key", [None, "wrong"])
def test_without_the_key_nothing_is_answered(embeddings: Access, key: str | None) -> None:
    assert embed(embeddings, key, ["text"]).status_code == 401


def test_every_text_gets_384_numbers_in_order(embeddings: Access) -> None:
    data = embed(embeddings, embeddings.secrets["key"], [ANSWER, OTHER]).json()["data"]
    assert [entry["index"] for entry in data] == [0, 1]
    assert [len(entry["embedding"]) for entry in data] == [384, 384]
    assert data[0]["embedding"] != data[1]["embedding"]


def test_a_question_in_another_language_is_nearest_to_its_answer(embeddings: Access) -> None:
    key = embeddings.secrets["key"]
    question = embed(embeddings, key, [QUESTION], "query").json()["data"][0]["embedding"]
    answer, other = (entry["embedding"] for entry in embed(embeddings, key, [ANSWER, OTHER]).json()["data"])
    assert dot(question, answer) > dot(question, other)


def dot(left: list[float], right: list[float]) -> float:
    return sum(one * two for one, two in zip(left, right, strict=True))
