"""The routes of executions."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from sse_starlette import EventSourceResponse

from runtime.kit import audit
from runtime.kit.authentication import require
from runtime.kit.database import Database
from runtime.kit.problem import Problem
from runtime.kit.tokens import Principal
from runtime.kit.wakeups import Wakeups
from runtime.orchestrator import agent, repository
from runtime.orchestrator.execution import Execution, ExecutionPage, NewExecution
from runtime.orchestrator.relay import Relay
from runtime.orchestrator.stream import follow

Reader = Annotated[Principal, Depends(require("read"))]
Writer = Annotated[Principal, Depends(require("write"))]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
LastEventId = Annotated[int, Header(ge=0, le=2**63 - 1)]


def add(app: FastAPI, database: Database, wakeups: Wakeups, relay: Relay) -> None:
    """Add the routes to `app`."""
    _writing(app, database, wakeups, relay)
    _reading(app, database, wakeups)


def _writing(app: FastAPI, database: Database, wakeups: Wakeups, relay: Relay) -> None:
    @app.post("/v1/executions", status_code=202, tags=["executions"])
    async def create(
        new: NewExecution, principal: Writer, response: Response, idempotency_key: IdempotencyKey = None
    ) -> Execution:
        """Start an execution; it is durable when this answers. With an Idempotency-Key a repeat finds the
        first.
        """
        async with database.tenant(principal.tenant) as connection:
            wanted = await agent.find(connection, new.agent_id)
            if wanted.estado != "active":
                raise Problem(409, f"The agent {wanted.name!r} is {wanted.estado}.")
            execution, created = await repository.create(connection, principal.tenant, new, idempotency_key)
            if created:
                await audit.record(connection, principal, "execution.create", f"execution/{execution.id}")
        relay.wake.set()
        response.headers["Location"] = f"/v1/executions/{execution.id}"
        return execution

    @app.post("/v1/executions/{execution_id}/cancel", tags=["executions"])
    async def cancel(execution_id: UUID, principal: Writer) -> Execution:
        """Stop an execution that has not ended; 409 when it has."""
        async with database.tenant(principal.tenant) as connection:
            execution = await repository.cancel(connection, principal.tenant, execution_id)
            await audit.record(connection, principal, "execution.cancel", f"execution/{execution_id}")
        await wakeups.wake(str(execution_id))
        return execution


def _reading(app: FastAPI, database: Database, wakeups: Wakeups) -> None:
    @app.get("/v1/executions", tags=["executions"])
    async def page(
        principal: Reader, agent_id: UUID | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> ExecutionPage:
        """The newest executions, of all agents or of one."""
        async with database.tenant(principal.tenant) as connection:
            return ExecutionPage(executions=await repository.page(connection, agent_id, limit))

    @app.get("/v1/executions/{execution_id}", tags=["executions"])
    async def find(execution_id: UUID, principal: Reader) -> Execution:
        """One execution, with its answer when it has completed."""
        async with database.tenant(principal.tenant) as connection:
            return await repository.find(connection, execution_id)

    @app.get("/v1/executions/{execution_id}/events", tags=["executions"], response_class=EventSourceResponse)
    async def events(
        execution_id: UUID, principal: Reader, request: Request, last_event_id: LastEventId = 0
    ) -> Response:
        """Server-sent events, from the first or after Last-Event-ID, to the one that ends the execution."""
        async with database.tenant(principal.tenant) as connection:
            await repository.find(connection, execution_id)
        stopping = request.app.state.stopping
        stream: AsyncIterator[object] = follow(
            database, wakeups, principal.tenant, execution_id, last_event_id, stopping
        )
        return EventSourceResponse(stream, ping=15)
