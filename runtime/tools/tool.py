"""What a tool is: a name, a description for models, a schema of its arguments, and what it does."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel

from runtime.kit.peer import Json


class Tool(Protocol):
    """A tool that agents may call. Built-in tools only read, so running one twice changes nothing."""

    name: str
    description: str
    arguments: type[BaseModel]

    async def run(self, tenant: UUID, arguments: BaseModel) -> Json:
        """The result. `arguments` is an instance of the class `arguments`."""
