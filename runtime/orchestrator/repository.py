"""Executions and their events as rows, for the routes. What workers write is in lease.py."""

import hashlib
import uuid
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit.problem import Problem
from runtime.kit.tables import events, executions, idempotency_keys, outbox
from runtime.orchestrator.execution import Event, Execution, NewExecution, Timings

LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


async def create(
    connection: AsyncConnection, tenant: UUID, new: NewExecution, key: str | None
) -> tuple[Execution, bool]:
    """Insert an execution and its outbox row; with a key seen before, find the execution it made.

    The flag says whether it was created now. Raises Problem 409 while another request holds the key, and 422
    when the key was used with another body.
    """
    huella = fingerprint_of(new)
    if key is not None and (existing := await _existing(connection, tenant, key, huella)):
        return await find(connection, existing), False
    identity = uuid.uuid4()
    values = {
        "id": identity,
        "tenant_id": tenant,
        "agente_id": new.agent_id,
        "entrada": new.input,
        "estado": "queued",
    }
    row = (await connection.execute(insert(executions).values(values).returning(executions))).one()
    await connection.execute(insert(outbox).values(tenant_id=tenant, ejecucion_id=identity, attempt=1))
    await add_event(connection, tenant, identity, "queued", {"attempt": 1})
    if key is not None:
        await connection.execute(
            insert(idempotency_keys).values(tenant_id=tenant, clave=key, huella=huella, ejecucion_id=identity)
        )
    return _execution(row), True


def fingerprint_of(new: NewExecution) -> str:
    """SHA-256 of what a request means, hexadecimal."""
    return hashlib.sha256(new.model_dump_json().encode()).hexdigest()


async def _existing(connection: AsyncConnection, tenant: UUID, key: str, huella: str) -> UUID | None:
    if not await connection.scalar(LOCK, {"name": f"{tenant}:{key}"}):
        raise Problem(409, "A request with this Idempotency-Key is in progress.", headers={"Retry-After": "1"})
    found = await connection.execute(select(idempotency_keys).where(idempotency_keys.c.clave == key))
    row = found.one_or_none()
    if row is None:
        return None
    if row.huella != huella:
        raise Problem(422, "This Idempotency-Key was used with another body.")
    return UUID(str(row.ejecucion_id))


async def find(connection: AsyncConnection, execution: UUID) -> Execution:
    """One execution of the tenant. Raises Problem 404."""
    row = (await connection.execute(select(executions).where(executions.c.id == execution))).one_or_none()
    if row is None:
        raise Problem(404, f"There is no execution {execution}.")
    return _execution(row)


async def page(connection: AsyncConnection, agent: UUID | None, limit: int) -> list[Execution]:
    """The newest executions of the tenant, or of one of its agents."""
    query = select(executions).order_by(executions.c.created_at.desc()).limit(limit)
    if agent is not None:
        query = query.where(executions.c.agente_id == agent)
    return [_execution(row) for row in await connection.execute(query)]


async def cancel(connection: AsyncConnection, tenant: UUID, execution: UUID) -> Execution:
    """Stop an execution that has not ended. Raises Problem 404, or 409 when it has ended.

    The new attempt number fences off a worker that is still at it.
    """
    statement = (
        update(executions)
        .where(executions.c.id == execution, executions.c.estado.in_(["queued", "running"]))
        .values(estado="cancelled", attempt=executions.c.attempt + 1, lease_until=None, finished_at=func.now())
        .returning(executions)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        found = await find(connection, execution)
        raise Problem(409, f"The execution is already {found.status}.")
    await add_event(connection, tenant, execution, "cancelled", {})
    return _execution(row)


async def add_event(
    connection: AsyncConnection, tenant: UUID, execution: UUID, kind: str, data: dict[str, object]
) -> None:
    """Append an event. The caller has locked the execution's row, so ids grow in the order of commits."""
    await connection.execute(insert(events).values(tenant_id=tenant, ejecucion_id=execution, tipo=kind, datos=data))


async def events_after(connection: AsyncConnection, execution: UUID, last: int) -> list[Event]:
    """The events with an id above `last`, in order."""
    query = select(events).where(events.c.ejecucion_id == execution, events.c.id > last).order_by(events.c.id)
    return [Event(id=row.id, type=row.tipo, data=row.datos) for row in await connection.execute(query)]


def _execution(row: "Row[tuple[object, ...]]") -> Execution:
    return Execution(
        id=row.id,
        agent_id=row.agente_id,
        status=row.estado,
        input=row.entrada,
        answer=row.respuesta,
        citations=row.citas,
        model=row.modelo,
        simulated=row.simulado,
        error=row.error,
        attempt=row.attempt,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        timings=Timings(
            queued_s=_seconds(row.created_at, row.started_at),
            running_s=_seconds(row.started_at, row.finished_at),
            total_s=_seconds(row.created_at, row.finished_at),
        ),
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else round((end - start).total_seconds(), 3)
