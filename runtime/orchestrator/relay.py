"""The relay: publishes outbox rows to the broker. A row published twice has the same message id, and is
stored once.
"""

import asyncio
import json

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.exc import SQLAlchemyError

from runtime.kit.broker import Broker, BrokerError
from runtime.kit.database import Database

BATCH = 100
IDLE_SECONDS = 0.5
AWAY_SECONDS = 1.0
PENDING = text("SELECT id, tenant_id, ejecucion_id, attempt FROM salida_pendiente(:batch)")
PUBLISHED = text("SELECT salida_publicada(:ids)").bindparams(bindparam("ids", type_=ARRAY(BIGINT)))
log = structlog.get_logger(__name__)


class Relay:
    """Several relays share the outbox: rows are locked while they are published."""

    def __init__(self, database: Database, broker: Broker) -> None:
        """Share the process's connections."""
        self._database = database
        self._broker = broker
        self.wake = asyncio.Event()

    async def loop(self) -> None:
        """Publish for ever: at once when woken by this process, else every half second."""
        while True:
            try:
                while await self.once() == BATCH:
                    pass
            except (SQLAlchemyError, *BrokerError) as error:
                log.warning("relay_away", kind=type(error).__name__)
                await asyncio.sleep(AWAY_SECONDS)
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self.wake.wait()
            except TimeoutError:
                continue
            finally:
                self.wake.clear()

    async def once(self) -> int:
        """Publish one batch; how many rows that were."""
        async with self._database.unbound() as connection:
            rows = (await connection.execute(PENDING, {"batch": BATCH})).all()
            if rows:
                bodies = [
                    {"tenant": str(row.tenant_id), "execution": str(row.ejecucion_id), "attempt": row.attempt}
                    for row in rows
                ]
                await asyncio.gather(
                    *(
                        self._broker.publish(json.dumps(body).encode(), f"{body['execution']}:{body['attempt']}")
                        for body in bodies
                    )
                )
                await connection.execute(PUBLISHED, {"ids": [row.id for row in rows]})
        return len(rows)
