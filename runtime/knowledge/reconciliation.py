"""Keep the index equal to the rows: after a wipe, a restore or a missed write it heals without a command."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from runtime.kit.database import Database
from runtime.knowledge import repository
from runtime.knowledge.index import Index, IndexUnavailable

PERIOD_SECONDS = 15.0
PAUSE_SECONDS = 1.0
BATCH = 200
LOCK = 7_305_002
log = structlog.get_logger(__name__)


class Reconciliation:
    """Compares the counts of every tenant, and the ids of those that differ. One replica does it at a
    time.
    """

    def __init__(self, database: Database, index: Index) -> None:
        """Share the process's connections."""
        self._database = database
        self._index = index
        self.behind = asyncio.Event()

    async def loop(self) -> None:
        """Reconcile at the start, then every 15 seconds or when `behind` is set; failures are tried again."""
        while True:
            try:
                await self.once()
            except (IndexUnavailable, SQLAlchemyError, OSError) as error:
                log.warning("reconcile_failed", reason=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PERIOD_SECONDS):
                    await self.behind.wait()
            self.behind.clear()

    async def once(self) -> None:
        """One pass over all tenants."""
        async with self._database.unbound() as connection:
            if not await connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
                return
            counted = await connection.execute(text("SELECT tenant_id, fragmentos FROM fragmentos_por_inquilino()"))
            for tenant, rows in [(UUID(str(row.tenant_id)), int(row.fragmentos)) for row in counted]:
                if rows != await self._index.count(tenant):
                    await self._tenant(tenant)

    async def _tenant(self, tenant: UUID) -> None:
        # The index is listed first: what is in it and has no row afterwards was deleted, not just being
        # written.
        indexed = {found async for found in self._index.ids(tenant)}
        async with self._database.tenant(tenant) as connection:
            rows = await repository.chunk_ids(connection)
        extra, missing = list(indexed - rows), list(rows - indexed)
        await self._index.remove(tenant, extra)
        await _in_batches(missing, lambda ids: self._add(tenant, ids))
        log.info("reconciled", tenant=str(tenant), added=len(missing), removed=len(extra))

    async def _add(self, tenant: UUID, ids: list[UUID]) -> None:
        async with self._database.tenant(tenant) as connection:
            found = await repository.entries(connection, ids)
        await self._index.put(tenant, [entry for entry, _, _ in found.values()])


async def _in_batches(ids: list[UUID], action: Callable[[list[UUID]], Awaitable[None]]) -> None:
    for start in range(0, len(ids), BATCH):
        await action(ids[start : start + BATCH])
