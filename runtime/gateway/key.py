"""API keys: made, listed and revoked by a tenant's administrators. A key is shown once; its hash is
stored.
"""

import uuid
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, func, insert, select, update

from runtime.kit import audit
from runtime.kit.database import Database
from runtime.kit.problem import Problem
from runtime.kit.tables import api_keys
from runtime.kit.tokens import Principal, fingerprint, new_key

KeyScope = Literal["read", "write", "admin", "metrics"]


class NewKey(BaseModel):
    """A key to make; it can have no scope that its maker lacks."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
    scopes: Annotated[list[KeyScope], Field(min_length=1, max_length=4)]


class Key(BaseModel):
    """A key as listed; the secret part is nowhere."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None


class IssuedKey(Key):
    """A key just made: the only time its secret is shown."""

    key: str


class KeyPage(BaseModel):
    """Keys, newest first."""

    keys: list[Key]


class Keys:
    """The keys of each tenant."""

    def __init__(self, database: Database) -> None:
        """Share the process's connections."""
        self._database = database

    async def issue(self, principal: Principal, new: NewKey) -> IssuedKey:
        """Make a key. Raises Problem 403 for a scope that the maker lacks."""
        lacking = [scope for scope in new.scopes if not principal.may(scope)]
        if lacking:
            raise Problem(403, f"A key cannot have scopes that its maker lacks: {', '.join(lacking)}.")
        secret = new_key()
        values = {
            "id": uuid.uuid4(),
            "tenant_id": principal.tenant,
            "nombre": new.name,
            "huella": fingerprint(secret),
            "scopes": sorted(set(new.scopes)),
        }
        async with self._database.tenant(principal.tenant) as connection:
            row = (await connection.execute(insert(api_keys).values(values).returning(api_keys))).one()
            await audit.record(connection, principal, "key.create", f"key/{row.id}")
        return IssuedKey(**_key(row).model_dump(), key=secret)

    async def page(self, tenant: UUID) -> KeyPage:
        """The tenant's newest 500 keys, revoked ones too."""
        async with self._database.tenant(tenant) as connection:
            rows = await connection.execute(select(api_keys).order_by(api_keys.c.created_at.desc()).limit(500))
            return KeyPage(keys=[_key(row) for row in rows])

    async def revoke(self, principal: Principal, key: UUID) -> None:
        """End a key; services that saw it may accept it for ten more seconds. Raises Problem 404."""
        statement = (
            update(api_keys).where(api_keys.c.id == key, api_keys.c.revoked_at.is_(None)).values(revoked_at=func.now())
        )
        async with self._database.tenant(principal.tenant) as connection:
            if not (await connection.execute(statement)).rowcount:
                raise Problem(404, f"There is no key {key} that is not revoked.")
            await audit.record(connection, principal, "key.revoke", f"key/{key}")


def _key(row: "Row[tuple[object, ...]]") -> Key:
    return Key(id=row.id, name=row.nombre, scopes=row.scopes, created_at=row.created_at, revoked_at=row.revoked_at)
