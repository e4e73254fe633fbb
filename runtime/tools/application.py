"""The tools service's routes."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel, ConfigDict, Field

from runtime.kit.authentication import Authenticator, require
from runtime.kit.database import Database
from runtime.kit.peer import Json, Peer
from runtime.kit.serving import application
from runtime.kit.tokens import Principal
from runtime.tools.calculate import Calculate
from runtime.tools.registry import Registry
from runtime.tools.search_knowledge import SearchKnowledge
from runtime.tools.settings import Settings

Reader = Annotated[Principal, Depends(require("read"))]


class ToolDescription(BaseModel):
    """A tool as a model sees it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, object]


class ToolList(BaseModel):
    """Every tool of the registry."""

    tools: list[ToolDescription]


class Invocation(BaseModel):
    """The arguments of a call."""

    model_config = ConfigDict(extra="forbid")

    arguments: dict[str, object] = Field(default_factory=dict)


class Outcome(BaseModel):
    """A result; `repeated` is true when it was stored by an earlier call with the same effect key."""

    result: object
    repeated: bool


def build(settings: Settings) -> FastAPI:
    """The application with its connections; each is opened at its first use."""
    secret = settings.jwt_secret.get_secret_value()
    database = Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    knowledge = Peer("knowledge", settings.knowledge_url, "tools", secret)
    registry = Registry(database, [SearchKnowledge(knowledge), Calculate()])

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await knowledge.close()
        await database.close()

    checks = {"database": database.ping}
    app = application("tools", Authenticator(database, secret), checks, lifespan)

    @app.get("/v1/tools", tags=["tools"])
    async def tools(_: Reader) -> ToolList:
        """The registry."""
        found = registry.tools.values()
        return ToolList(
            tools=[
                ToolDescription(
                    name=tool.name,
                    description=tool.description,
                    parameters=tool.arguments.model_json_schema(),
                )
                for tool in found
            ]
        )

    @app.post("/v1/tools/{name}/invoke", tags=["tools"])
    async def invoke(
        name: str,
        invocation: Invocation,
        principal: Reader,
        effect_key: Annotated[str | None, Header(pattern=r"^[0-9a-f-]{36}:[\x21-\x7e]{1,200}$")] = None,
    ) -> Outcome:
        """Run a tool. With an `Effect-Key` the first result is stored, and every repeat returns it."""
        result, repeated = await registry.invoke(principal, name, invocation.arguments, effect_key)
        stored: Json = result
        return Outcome(result=stored, repeated=repeated)

    return app
