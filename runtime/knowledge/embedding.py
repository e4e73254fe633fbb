"""The client of an OpenAI-compatible embedding service."""

import httpx

from runtime.kit.problem import Problem

MODEL = "multilingual-e5-small"
BATCH = 32


class Embedder:
    """Turns texts into vectors of unit length. `input_type` tells e5 models a query from a passage."""

    def __init__(self, url: str, key: str) -> None:
        """`url` ends in /v1."""
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(60, connect=3),
        )

    async def query(self, text: str) -> list[float]:
        """The vector of a question."""
        return (await self._batch([text], "query"))[0]

    async def passages(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passages, asked for in batches of 32."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += await self._batch(texts[start : start + BATCH], "passage")
        return vectors

    async def _batch(self, texts: list[str], input_type: str) -> list[list[float]]:
        """Raises Problem 503 when the service does not answer, is busy, or answers nonsense."""
        body = {"model": MODEL, "input": texts, "input_type": input_type}
        try:
            answer = await self._client.post("/embeddings", json=body)
            answer.raise_for_status()
            rows = sorted(answer.json()["data"], key=lambda row: int(row["index"]))
            vectors = [[float(value) for value in row["embedding"]] for row in rows]
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            raise Problem(503, "The embedding service does not answer.", headers={"Retry-After": "2"}) from error
        if len(vectors) != len(texts):
            raise Problem(503, "The embedding service answered with too few vectors.")
        return vectors

    async def ping(self) -> None:
        """Raises when the service refuses the key or does not answer."""
        (await self._client.get("/models")).raise_for_status()

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()
