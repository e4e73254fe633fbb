"""The journal of a run: what was answered before a crash is answered again from here, without asking
again.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from pydantic import TypeAdapter
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from runtime.kit.peer import Json

RESPONSE: TypeAdapter[ModelResponse] = TypeAdapter(ModelResponse)


class Writer(Protocol):
    """Stores an entry durably before it returns, or raises because the run is no longer ours."""

    async def write(self, kind: str, key: str, content: Json, event: Mapping[str, object]) -> None:
        """`kind` is model or tool; `key` is unique within it; `event` is for those who listen."""


class Journal:
    """The entries of one execution, read at the start of the attempt and written as it goes on."""

    def __init__(self, entries: Mapping[tuple[str, str], Json], writer: Writer) -> None:
        """`entries` by (kind, key) are those of the attempts before."""
        self.entries = dict(entries)
        self._writer = writer

    async def once(self, kind: str, key: str, step: Callable[[], Awaitable[tuple[Json, Mapping[str, object]]]]) -> Json:
        """The recorded content, or else that of `step`, recorded before it is used. `step` also gives the
        event.
        """
        if (kind, key) in self.entries:
            return self.entries[kind, key]
        content, event = await step()
        await self._writer.write(kind, key, content, event)
        self.entries[kind, key] = content
        return content


class JournaledModel(WrapperModel):
    """A model whose answers are journaled under the number of the request within the run."""

    def __init__(self, wrapped: Model, journal: Journal) -> None:
        """One instance serves one run."""
        super().__init__(wrapped)
        self._journal = journal
        self._requests = 0

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The answer to this request, journaled."""
        number, self._requests = self._requests, self._requests + 1

        async def ask() -> tuple[Json, Mapping[str, object]]:
            response = await self.wrapped.request(messages, model_settings, model_request_parameters)
            tools = [part.tool_name for part in response.tool_calls]
            return RESPONSE.dump_python(response, mode="json"), {"request": number, "tools": tools}

        return RESPONSE.validate_python(await self._journal.once("model", str(number), ask))
