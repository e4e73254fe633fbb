"""Agents: what callers send and get, and their rows."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit.problem import Problem
from runtime.kit.tables import agents

ToolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("the character NUL is not allowed")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), AfterValidator(_storable)]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Instructions = Annotated[str, Field(max_length=50_000), AfterValidator(_storable)]
State = Literal["active", "paused"]


class NewAgent(BaseModel):
    """An agent to create; its name is unique within the tenant."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    tipo: Kind = "assistant"
    instructions: Instructions = "Answer from the documents, and cite the passages you used."
    tools: Annotated[list[ToolName], Field(max_length=32)] = ["search_knowledge"]


class AgentChange(BaseModel):
    """The fields to change; a paused agent accepts no executions."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    instructions: Instructions | None = None
    tools: Annotated[list[ToolName], Field(max_length=32)] | None = None
    estado: State | None = None


class Agent(BaseModel):
    """An agent as stored."""

    id: UUID
    name: str
    tipo: str
    estado: State
    instructions: str
    tools: list[str]
    created_at: datetime
    updated_at: datetime


class AgentPage(BaseModel):
    """Agents, newest first."""

    agents: list[Agent]


async def create(connection: AsyncConnection, tenant: UUID, new: NewAgent) -> Agent:
    """Insert an agent. Raises Problem 409 when the name is taken."""
    values = {
        "id": uuid.uuid4(),
        "tenant_id": tenant,
        "nombre": new.name,
        "tipo": new.tipo,
        "estado": "active",
        "instrucciones": new.instructions,
        "herramientas": new.tools,
    }
    try:
        row = (await connection.execute(insert(agents).values(values).returning(agents))).one()
    except IntegrityError as error:
        raise Problem(409, f"There is already an agent named {new.name!r}.") from error
    return _agent(row)


async def find(connection: AsyncConnection, agent: UUID) -> Agent:
    """One agent of the tenant. Raises Problem 404."""
    row = (await connection.execute(select(agents).where(agents.c.id == agent))).one_or_none()
    if row is None:
        raise Problem(404, f"There is no agent {agent}.")
    return _agent(row)


async def page(connection: AsyncConnection, limit: int) -> list[Agent]:
    """The newest agents of the tenant."""
    rows = await connection.execute(select(agents).order_by(agents.c.created_at.desc()).limit(limit))
    return [_agent(row) for row in rows]


async def change(connection: AsyncConnection, agent: UUID, wanted: AgentChange) -> Agent:
    """Change the fields that were given. Raises Problem 404, or 409 when the name is taken."""
    columns = {"name": "nombre", "instructions": "instrucciones", "tools": "herramientas", "estado": "estado"}
    given: Mapping[str, object] = wanted.model_dump(exclude_none=True)
    values = {columns[field]: value for field, value in given.items()} | {"updated_at": func.now()}
    try:
        statement = update(agents).where(agents.c.id == agent).values(values).returning(agents)
        row = (await connection.execute(statement)).one_or_none()
    except IntegrityError as error:
        raise Problem(409, f"There is already an agent named {wanted.name!r}.") from error
    if row is None:
        raise Problem(404, f"There is no agent {agent}.")
    return _agent(row)


async def remove(connection: AsyncConnection, agent: UUID) -> None:
    """Delete an agent with its executions. Raises Problem 404."""
    if not (await connection.execute(delete(agents).where(agents.c.id == agent))).rowcount:
        raise Problem(404, f"There is no agent {agent}.")


def _agent(row: "Row[tuple[object, ...]]") -> Agent:
    return Agent(
        id=row.id,
        name=row.nombre,
        tipo=row.tipo,
        estado=row.estado,
        instructions=row.instrucciones,
        tools=row.herramientas,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
