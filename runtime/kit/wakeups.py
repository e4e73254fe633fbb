"""Wake-ups through Valkey: a hint that something changed. Losing one costs a second, never a result."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

CHANNEL = "execution:"
RETRY_SECONDS = 1.0
log = structlog.get_logger(__name__)


def connect(url: str, connections: int = 20) -> "Redis":
    """A client whose callers wait for a free connection instead of failing."""
    pool = BlockingConnectionPool.from_url(
        url, max_connections=connections, timeout=2, socket_timeout=2, socket_connect_timeout=2,
        health_check_interval=15, decode_responses=True,
    )  # fmt: skip
    return Redis(connection_pool=pool)


class Wakeups:
    """Publishes wake-ups, and hands those that arrive to whoever waits in this process."""

    def __init__(self, cache: "Redis") -> None:
        """Share the process's client."""
        self._cache = cache
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def wake(self, key: str) -> None:
        """Tell every process that `key` changed; when Valkey is away, waiters look for themselves."""
        try:
            await self._cache.publish(CHANNEL + key, "")
        except (RedisError, OSError) as error:
            log.warning("wakeup_lost", kind=type(error).__name__)

    @contextlib.contextmanager
    def waiting(self, key: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever `key` changes."""
        event = asyncio.Event()
        self._waiting[key].add(event)
        try:
            yield event
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]

    async def loop(self) -> None:
        """Listen for ever, again after each loss of the connection."""
        while True:
            try:
                async with self._cache.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.psubscribe(CHANNEL + "*")
                    while True:
                        message = await channel.get_message(timeout=None)
                        if message is not None:
                            self._arrived(str(message["channel"]).removeprefix(CHANNEL))
            except (RedisError, OSError) as error:
                log.warning("wakeups_away", kind=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    def _arrived(self, key: str) -> None:
        for event in self._waiting.get(key, ()):
            event.set()
