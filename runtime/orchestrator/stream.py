"""Server-sent events of an execution: from any event on, to the one that ends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID

from sse_starlette import ServerSentEvent

from runtime.kit.database import Database
from runtime.kit.wakeups import Wakeups
from runtime.orchestrator import repository
from runtime.orchestrator.execution import TERMINAL

LOOK_SECONDS = 1.0


async def follow(
    database: Database, wakeups: Wakeups, tenant: UUID, execution: UUID, last: int, stopping: asyncio.Event
) -> AsyncIterator[ServerSentEvent]:
    """Events with an id above `last`, as they are committed.

    Ends after the terminal event, or when the process stops; the client then comes back with Last-Event-ID.
    """
    with wakeups.waiting(str(execution)) as woken:
        while not stopping.is_set():
            woken.clear()
            async with database.tenant(tenant) as connection:
                found = await repository.events_after(connection, execution, last)
            for event in found:
                last = event.id
                yield ServerSentEvent(json.dumps(event.data), id=str(event.id), event=event.type)
                if event.type in TERMINAL:
                    return
            await _either(woken, stopping)


async def _either(woken: asyncio.Event, stopping: asyncio.Event) -> None:
    """Wait for a wake-up, the end of the process, or one second (a wake-up may be lost)."""
    waits = [asyncio.ensure_future(event.wait()) for event in (woken, stopping)]
    try:
        await asyncio.wait(waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
