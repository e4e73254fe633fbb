"""The registry: finds a tool, checks its arguments, runs it, and keeps results by effect key."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit import audit
from runtime.kit.database import Database
from runtime.kit.peer import Json, PeerRefused, PeerUnavailable
from runtime.kit.problem import Problem
from runtime.kit.tables import effects
from runtime.kit.tokens import Principal
from runtime.tools.tool import Tool


class Registry:
    """The tools of this service, by name."""

    def __init__(self, database: Database, tools: Sequence[Tool]) -> None:
        """`tools` have distinct names."""
        self._database = database
        self.tools = {tool.name: tool for tool in tools}

    async def invoke(
        self, principal: Principal, name: str, arguments: Mapping[str, object], effect_key: str | None
    ) -> tuple[Json, bool]:
        """The result, and whether it was stored before. Of two calls with one effect key at once, the first
        to store its result wins, and both return that. Raises Problem 404, 422 or 503.
        """
        tool = self.tools.get(name)
        if tool is None:
            raise Problem(404, f"There is no tool {name!r}; there are: {', '.join(sorted(self.tools))}.")
        try:
            checked = tool.arguments.model_validate(arguments)
        except ValidationError as error:
            found = [{"field": ".".join(map(str, e["loc"])), "detail": e["msg"]} for e in error.errors()]
            raise Problem(422, f"The arguments do not fit {name}.", errors=found) from error
        huella = _fingerprint(name, checked.model_dump(mode="json"))
        if effect_key is not None:
            async with self._database.tenant(principal.tenant) as connection:
                stored = await _stored(connection, effect_key, huella)
            if stored is not None:
                return stored[0], True
        try:
            result = await tool.run(principal.tenant, checked)
        except PeerUnavailable as error:
            raise Problem(503, f"{name} cannot run now: {error}.", headers={"Retry-After": "2"}) from error
        except PeerRefused as error:
            raise Problem(422, f"{name}: {error}.") from error
        if effect_key is None:
            return result, False
        return await self._store(principal, name, effect_key, huella, result), False

    async def _store(self, principal: Principal, name: str, key: str, huella: str, result: Json) -> Json:
        async with self._database.tenant(principal.tenant) as connection:
            row = {
                "tenant_id": principal.tenant,
                "clave": key,
                "herramienta": name,
                "huella": huella,
                "resultado": {"value": result},
            }
            written = await connection.execute(insert(effects).values(row).on_conflict_do_nothing())
            if written.rowcount:
                await audit.record(connection, principal, "tool.invoke", f"tool/{name}")
                return result
            stored = await _stored(connection, key, huella)
        return stored[0] if stored else result


async def _stored(connection: AsyncConnection, key: str, huella: str) -> tuple[Json] | None:
    """Raises Problem 422 when the key was used for another call."""
    found = await connection.execute(select(effects.c.huella, effects.c.resultado).where(effects.c.clave == key))
    row = found.one_or_none()
    if row is None:
        return None
    if row.huella != huella:
        raise Problem(422, "This effect key belongs to a call with other arguments.")
    result: Json = row.resultado["value"]
    return (result,)


def _fingerprint(name: str, arguments: object) -> str:
    return hashlib.sha256(json.dumps([name, arguments], sort_keys=True).encode()).hexdigest()
