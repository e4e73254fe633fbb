"""PostgreSQL: one pooled engine per process; every transaction is bound to one tenant, or to none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import exc, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

DRIVER = "postgresql+asyncpg"
# SQLSTATE classes: connection lost, out of resources, stopped by an operator (a restart).
AWAY_CLASSES = ("08", "53", "57")
BIND_TENANT = text("SELECT set_config('app.tenant', :tenant, true)")


class Database:
    """The pool. Connections killed by the server are noticed before use (pre-ping) and replaced."""

    def __init__(self, url: str, pool_size: int) -> None:
        """`url` is a plain `postgresql://` address; nothing is connected until the first transaction."""
        self._engine = create_async_engine(
            make_url(url).set(drivername=DRIVER),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            pool_recycle=1800,
            hide_parameters=True,
            connect_args={"timeout": 5, "command_timeout": 30},
        )

    @asynccontextmanager
    async def tenant(self, tenant: UUID) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees and writes the rows of one tenant only (row-level security)."""
        async with self._engine.begin() as connection:
            await connection.execute(BIND_TENANT, {"tenant": str(tenant)})
            yield connection

    @asynccontextmanager
    async def unbound(self) -> AsyncIterator[AsyncConnection]:
        """A transaction without a tenant: it sees no row, and may only call the functions granted to it."""
        async with self._engine.begin() as connection:
            yield connection

    async def ping(self) -> None:
        """Raises what the driver raises when PostgreSQL does not answer."""
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self._engine.dispose()


def away(error: Exception) -> bool:
    """Whether an error says that PostgreSQL cannot be reached or is restarting, not that a statement is wrong."""
    if isinstance(error, exc.DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or isinstance(error, exc.InterfaceError) or state[:2] in AWAY_CLASSES
    return isinstance(error, OSError | exc.TimeoutError)
