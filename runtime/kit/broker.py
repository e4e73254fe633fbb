"""NATS JetStream: one stream of work, one durable consumer shared by all workers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

STREAM: Final = "EJECUCIONES"
SUBJECT: Final = "ejecuciones.nueva"
CONSUMER: Final = "trabajadores"
ACK_WAIT_SECONDS: Final = 9.0
MAX_DELIVER: Final = 5
OPEN_SECONDS: Final = 5.0
CALL_SECONDS: Final = 5.0
DAY_SECONDS: Final = 86_400.0
BrokerError: Final = (NatsError, OSError, TimeoutError, asyncio.TimeoutError)
log = structlog.get_logger(__name__)


class Broker:
    """The connection; it is opened in the background, reconnects for ever, and recreates a lost stream."""

    def __init__(self, url: str, replicas: int) -> None:
        """`url` carries user and password; `replicas` is the stream's."""
        self._url = url
        self._replicas = replicas
        self._client: Client | None = None
        self._opening: asyncio.Task[None] | None = None

    async def publish(self, body: bytes, message_id: str) -> None:
        """Publish and wait for the broker's word that it is stored. The same id within two minutes is stored
        once.
        """
        stream = await self._stream()
        try:
            await stream.publish(SUBJECT, body, timeout=5, stream=STREAM, headers={"Nats-Msg-Id": message_id})
        except NotFoundError:
            await self._declare(stream)
            raise

    async def subscription(self) -> JetStreamContext.PullSubscription:
        """A new pull subscription to the shared consumer."""
        stream = await self._stream()
        await self._declare(stream)
        return await stream.pull_subscribe_bind(consumer=CONSUMER, stream=STREAM)

    async def idle(self) -> bool:
        """Whether the broker holds no message for any worker: none undelivered, none unacknowledged."""
        stream = await self._stream()
        try:
            info = await stream.consumer_info(STREAM, CONSUMER)
        except NotFoundError:
            await self._declare(stream)
            return True
        return not (info.num_pending or info.num_ack_pending)

    async def ping(self) -> None:
        """Raises when the broker or its JetStream does not answer."""
        await (await self._stream()).account_info()

    async def close(self) -> None:
        """Close the connection, or give up opening it."""
        if self._opening is not None:
            self._opening.cancel()
        if self._client is not None:
            await self._client.close()

    async def _stream(self) -> JetStreamContext:
        """Raises ConnectionError while the broker is away: the client would buffer, and callers try again instead."""
        if self._client is None:
            if self._opening is None or self._opening.done():
                self._opening = asyncio.create_task(self._open())
            # A caller that gives up must not break off the opening, which the others wait for too.
            await asyncio.wait([self._opening], timeout=OPEN_SECONDS)
        if self._client is None or not self._client.is_connected:
            raise ConnectionError("the broker is away")
        return self._client.jetstream(timeout=CALL_SECONDS)

    async def _open(self) -> None:
        client = await nats.connect(
            self._url,
            name="andamio",
            connect_timeout=3,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            error_cb=_reported,
            disconnected_cb=_noted("broker_disconnected"),
            reconnected_cb=_noted("broker_reconnected"),
        )
        await self._declare(client.jetstream(timeout=CALL_SECONDS))
        self._client = client

    async def _declare(self, stream: JetStreamContext) -> None:
        """Create the stream and the consumer when they are absent; both calls are idempotent."""
        await stream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[SUBJECT],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                num_replicas=self._replicas,
                duplicate_window=120,
                max_age=DAY_SECONDS,
            )
        )
        await stream.add_consumer(
            STREAM,
            ConsumerConfig(
                durable_name=CONSUMER,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT_SECONDS,
                max_deliver=MAX_DELIVER,
                max_ack_pending=10_000,
            ),
        )


async def _reported(error: Exception) -> None:
    log.warning("broker_error", kind=type(error).__name__)


def _noted(event: str) -> Callable[[], Awaitable[None]]:
    async def note() -> None:
        log.info(event)

    return note
