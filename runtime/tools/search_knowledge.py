"""search_knowledge: chunks of the tenant's documents that answer a question."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from runtime.kit.peer import Json, Peer


class Arguments(BaseModel):
    """A question, in the words of the person who asks."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, Field(min_length=1, max_length=2000, description="What to look for, as a question")]
    limit: Annotated[int, Field(ge=1, le=20, description="How many passages at most")] = 6
    categoria: Annotated[str | None, Field(max_length=100, description="Only documents of this category")] = None


class SearchKnowledge:
    """Asks the knowledge service, as the tenant."""

    name = "search_knowledge"
    description = "Find passages of the documents that answer a question. Cite the passages used as [index]."
    arguments: type[BaseModel] = Arguments

    def __init__(self, knowledge: Peer) -> None:
        """`knowledge` is the knowledge service."""
        self._knowledge = knowledge

    async def run(self, tenant: UUID, arguments: BaseModel) -> Json:
        """`{"results": [...]}` as the knowledge service answers. Raises PeerUnavailable or PeerRefused."""
        body: dict[str, Json] = arguments.model_dump(exclude_none=True)
        return await self._knowledge.call("POST", "/v1/search", tenant, frozenset({"read"}), body)
