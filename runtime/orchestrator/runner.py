"""Run an agent once: pydantic-ai drives, the journal remembers, the tools service does the work."""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext, Tool
from pydantic_ai.exceptions import AgentRunError, ModelAPIError, ModelHTTPError, UserError
from pydantic_ai.models import Model
from pydantic_ai.usage import UsageLimits

from runtime.kit.peer import Json, Peer, PeerRefused, PeerUnavailable
from runtime.orchestrator.execution import Answer
from runtime.orchestrator.journal import Journal, JournaledModel
from runtime.orchestrator.lease import Work
from runtime.orchestrator.passage import cited, numbered, passages

REQUEST_LIMIT = 12
READ = frozenset({"read"})


class Transient(Exception):
    """The run could not go on now; another attempt may."""


class RunFailed(Exception):
    """The run ended badly, and another attempt would too."""


class ToolDescription(BaseModel):
    """A tool as the tools service describes it."""

    name: str
    description: str
    parameters: dict[str, object]


class ToolList(BaseModel):
    """What the tools service lists."""

    tools: list[ToolDescription]


class Toolbox(Protocol):
    """The tools of the platform."""

    async def described(self, tenant: UUID) -> list[ToolDescription]:
        """Every tool."""

    async def invoke(self, tenant: UUID, name: str, arguments: Mapping[str, Json], effect_key: str) -> Json:
        """The result of a call; a repeat with the same effect key gives the same."""


class ToolService:
    """The tools service over HTTP. Raises PeerUnavailable or PeerRefused."""

    def __init__(self, peer: Peer) -> None:
        """`peer` is the tools service."""
        self._peer = peer

    async def described(self, tenant: UUID) -> list[ToolDescription]:
        """Every tool of the registry."""
        return ToolList.model_validate(await self._peer.call("GET", "/v1/tools", tenant, READ)).tools

    async def invoke(self, tenant: UUID, name: str, arguments: Mapping[str, Json], effect_key: str) -> Json:
        """The result of a call."""
        body: dict[str, Json] = {"arguments": dict(arguments)}
        answer = await self._peer.call(
            "POST", f"/v1/tools/{name}/invoke", tenant, READ, body, {"effect-key": effect_key}
        )
        return answer["result"] if isinstance(answer, dict) else None


class Runner:
    """Builds and runs agents with one chat model."""

    def __init__(self, model: Callable[[], Model], toolbox: Toolbox, *, simulated: bool) -> None:
        """`model` gives the process's chat model; `simulated` marks answers that no language model wrote."""
        self._model = model
        self._toolbox = toolbox
        self._simulated = simulated

    async def run(self, tenant: UUID, execution: UUID, work: Work, journal: Journal) -> Answer:
        """The answer to the question of `work`. Raises Transient, RunFailed, or what the journal's writer
        raises.
        """
        try:
            described = [tool for tool in await self._toolbox.described(tenant) if tool.name in work.tools]
            model = self._model()
            calls = _Calls(tenant, execution, self._toolbox, journal)
            agent: Agent[None, str] = Agent(
                JournaledModel(model, journal),
                instructions=work.instructions or None,
                tools=[calls.tool(description) for description in described],
                retries=0,
            )
            result = await agent.run(work.question, usage_limits=UsageLimits(request_limit=REQUEST_LIMIT))
        except PeerUnavailable as error:
            raise Transient(str(error)) from error
        except ModelHTTPError as error:
            reason = f"the chat model answered {error.status_code}"
            if error.status_code in (408, 409, 425, 429) or error.status_code >= 500:
                raise Transient(reason) from error
            raise RunFailed(reason) from error
        except ModelAPIError as error:
            raise Transient("the chat model does not answer") from error
        except (AgentRunError, UserError, PeerRefused) as error:
            raise RunFailed(f"{type(error).__name__}: {error}"[:500]) from error
        found = passages(content for (kind, _), content in journal.entries.items() if kind == "tool")
        return Answer(
            text=result.output,
            citations=cited(result.output, found),
            model=model.model_name,
            simulated=self._simulated,
        )


class _Calls:
    """The tool calls of one run, journaled by the id that the (journaled) model gave them."""

    def __init__(self, tenant: UUID, execution: UUID, toolbox: Toolbox, journal: Journal) -> None:
        self._tenant = tenant
        self._execution = execution
        self._toolbox = toolbox
        self._journal = journal

    def tool(self, description: ToolDescription) -> Tool[None]:
        async def call(context: RunContext[None], **arguments: Json) -> Json:
            identity = context.tool_call_id or ""
            return await self._journal.once(
                "tool", identity, lambda: self._invoke(description.name, identity, arguments)
            )

        # One at a time, so that passages get the same numbers however long each call takes.
        return Tool.from_schema(
            call,
            description.name,
            description.description,
            description.parameters,
            takes_ctx=True,
            sequential=True,
        )

    async def _invoke(
        self, name: str, identity: str, arguments: Mapping[str, Json]
    ) -> tuple[Json, Mapping[str, object]]:
        event = {"tool": name, "call": identity}
        try:
            result = await self._toolbox.invoke(self._tenant, name, arguments, f"{self._execution}:{identity}")
        except PeerRefused as error:
            # The model is told, and may do better: wrong arguments are its mistake, not the platform's.
            return {"error": str(error)}, {**event, "ok": False}
        known = passages(content for (kind, _), content in self._journal.entries.items() if kind == "tool")
        return numbered(result, len(known) + 1), {**event, "ok": True}
