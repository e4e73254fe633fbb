"""A worker's hold on an execution: every write is fenced by the attempt number, so a lost hold writes
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, extract, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit.database import Database
from runtime.kit.peer import Json
from runtime.kit.tables import agents, executions, journal, outbox
from runtime.orchestrator.execution import Answer
from runtime.orchestrator.repository import add_event

LEASE_SECONDS: Final = 9
MAX_FAILURES: Final = 12
MAX_BACKOFF_SECONDS: Final = 30


class Fenced(Exception):
    """The execution was taken over, cancelled or ended: this worker must stop and write nothing more."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to run an execution."""

    instructions: str
    tools: list[str]
    question: str
    journal: dict[tuple[str, str], Json]


class Lease:
    """The hold on `execution` by its attempt number; nine seconds from each write or renewal."""

    def __init__(self, database: Database, tenant: UUID, execution: UUID, attempt: int) -> None:
        """Nothing is held until `claim` succeeds."""
        self._database = database
        self.tenant = tenant
        self.execution = execution
        self.attempt = attempt
        self.lost = False

    async def claim(self) -> Work | None:
        """Take the execution, or None when it is not queued under this attempt (taken, cancelled, ended,
        gone).
        """
        async with self._database.tenant(self.tenant) as connection:
            statement = (
                update(executions)
                .where(
                    executions.c.id == self.execution,
                    executions.c.attempt == self.attempt,
                    executions.c.estado == "queued",
                )
                .values(
                    estado="running",
                    lease_until=_lease_end(),
                    started_at=func.coalesce(executions.c.started_at, func.now()),
                )
                .returning(executions.c.agente_id, executions.c.entrada)
            )
            row = (await connection.execute(statement)).one_or_none()
            if row is None:
                return None
            await self._event(connection, "started", {"attempt": self.attempt})
            agent = (await connection.execute(select(agents).where(agents.c.id == row.agente_id))).one()
            entries = await connection.execute(select(journal).where(journal.c.ejecucion_id == self.execution))
            recorded: dict[tuple[str, str], Json] = {(e.clase, e.clave): e.contenido for e in entries}
        return Work(agent.instrucciones, list(agent.herramientas), row.entrada, recorded)

    async def renew(self) -> None:
        """Hold for nine more seconds. Raises Fenced."""
        async with self._database.tenant(self.tenant) as connection:
            await self._held(connection, lease_until=_lease_end())

    async def write(self, kind: str, key: str, content: Json, event: Mapping[str, object]) -> None:
        """Append to the journal, tell the listeners, and renew, in one transaction. Raises Fenced."""
        async with self._database.tenant(self.tenant) as connection:
            await self._held(connection, lease_until=_lease_end())
            entry = {
                "tenant_id": self.tenant,
                "ejecucion_id": self.execution,
                "clase": kind,
                "clave": key,
                "attempt": self.attempt,
                "contenido": content,
            }
            await connection.execute(insert(journal).values(entry))
            await self._event(connection, f"{kind}_answered", event)

    async def complete(self, answer: Answer) -> float:
        """Store the answer and end; the seconds since the first start. Raises Fenced."""
        async with self._database.tenant(self.tenant) as connection:
            seconds = await self._held(
                connection,
                estado="completed",
                respuesta=answer.text,
                citas=[citation.model_dump(mode="json") for citation in answer.citations],
                modelo=answer.model,
                simulado=answer.simulated,
                lease_until=None,
                finished_at=func.now(),
            )
            await self._event(connection, "completed", answer.model_dump(mode="json"))
        return seconds

    async def fail(self, reason: str) -> float:
        """End for good; the seconds since the first start. Raises Fenced."""
        async with self._database.tenant(self.tenant) as connection:
            seconds = await self._held(
                connection, estado="failed", error=reason, lease_until=None, finished_at=func.now()
            )
            await self._event(connection, "failed", {"reason": reason})
        return seconds

    async def retry(self, reason: str) -> bool:
        """Give back after a failure that may pass, to be tried again with back-off; False ends it, after 12
        of them.

        Raises Fenced.
        """
        async with self._database.tenant(self.tenant) as connection:
            failures = await connection.scalar(
                select(executions.c.fallos).where(executions.c.id == self.execution).with_for_update()
            )
            count = int(failures or 0) + 1
            if count < MAX_FAILURES:
                delay = min(2 ** (count - 1), MAX_BACKOFF_SECONDS)
                await self._queue(connection, "retrying", reason, delay, fallos=count)
                return True
            error = f"{reason} (tried {count} times)"
            await self._held(
                connection,
                estado="quarantined",
                error=error,
                fallos=count,
                lease_until=None,
                finished_at=func.now(),
            )
            await self._event(connection, "quarantined", {"reason": error})
        return False

    async def release(self) -> None:
        """Give back at once, because this process is stopping. Raises Fenced."""
        async with self._database.tenant(self.tenant) as connection:
            await self._queue(connection, "requeued", "the worker is stopping", 0)

    async def _queue(
        self, connection: AsyncConnection, event: str, reason: str, delay_s: int, **values: object
    ) -> None:
        await self._held(connection, estado="queued", attempt=self.attempt + 1, lease_until=None, **values)
        await connection.execute(
            insert(outbox).values(
                tenant_id=self.tenant,
                ejecucion_id=self.execution,
                attempt=self.attempt + 1,
                available_at=func.now() + timedelta(seconds=delay_s),
            )
        )
        await self._event(connection, event, {"attempt": self.attempt + 1, "reason": reason, "delay_s": delay_s})

    async def _held(self, connection: AsyncConnection, **values: object) -> float:
        """Change the row if it is still held (and lock it); the seconds since its first start. Raises
        Fenced.
        """
        statement = (
            update(executions)
            .where(
                executions.c.id == self.execution,
                executions.c.attempt == self.attempt,
                executions.c.estado == "running",
            )
            .values(values)
            .returning(extract("epoch", func.clock_timestamp() - executions.c.started_at).label("seconds"))
        )
        row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise Fenced
        return float(row.seconds)

    async def _event(self, connection: AsyncConnection, kind: str, data: Mapping[str, object]) -> None:
        await add_event(connection, self.tenant, self.execution, kind, dict(data))


def _lease_end() -> ColumnElement[datetime]:
    return func.now() + timedelta(seconds=LEASE_SECONDS)
