"""The routes of agents."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Response

from runtime.kit import audit
from runtime.kit.authentication import require
from runtime.kit.database import Database
from runtime.kit.tokens import Principal
from runtime.orchestrator import agent
from runtime.orchestrator.agent import Agent, AgentChange, AgentPage, NewAgent

Reader = Annotated[Principal, Depends(require("read"))]
Writer = Annotated[Principal, Depends(require("write"))]


def add(app: FastAPI, database: Database) -> None:
    """Add the routes to `app`."""

    @app.post("/v1/agents", status_code=201, tags=["agents"])
    async def create(new: NewAgent, principal: Writer, response: Response) -> Agent:
        """Create an agent."""
        async with database.tenant(principal.tenant) as connection:
            created = await agent.create(connection, principal.tenant, new)
            await audit.record(connection, principal, "agent.create", f"agent/{created.id}")
        response.headers["Location"] = f"/v1/agents/{created.id}"
        return created

    @app.get("/v1/agents", tags=["agents"])
    async def page(principal: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> AgentPage:
        """The newest agents."""
        async with database.tenant(principal.tenant) as connection:
            return AgentPage(agents=await agent.page(connection, limit))

    @app.get("/v1/agents/{agent_id}", tags=["agents"])
    async def find(agent_id: UUID, principal: Reader) -> Agent:
        """One agent."""
        async with database.tenant(principal.tenant) as connection:
            return await agent.find(connection, agent_id)

    @app.patch("/v1/agents/{agent_id}", tags=["agents"])
    async def change(agent_id: UUID, wanted: AgentChange, principal: Writer) -> Agent:
        """Change an agent; executions under way keep what they started with where it was already used."""
        async with database.tenant(principal.tenant) as connection:
            changed = await agent.change(connection, agent_id, wanted)
            await audit.record(connection, principal, "agent.change", f"agent/{agent_id}")
        return changed

    @app.delete("/v1/agents/{agent_id}", status_code=204, tags=["agents"])
    async def remove(agent_id: UUID, principal: Writer) -> None:
        """Delete an agent with its executions."""
        async with database.tenant(principal.tenant) as connection:
            await agent.remove(connection, agent_id)
            await audit.record(connection, principal, "agent.delete", f"agent/{agent_id}")
