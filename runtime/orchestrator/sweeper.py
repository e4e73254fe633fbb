"""The sweeper: finds executions whose worker was lost, and those that the broker forgot, and queues them
again.
"""

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from runtime.kit.broker import Broker, BrokerError
from runtime.kit.database import Database
from runtime.orchestrator.metrics import ERRORS
from runtime.orchestrator.relay import Relay

PERIOD_SECONDS = 1.0
MAX_LOSSES = 5
FORGOTTEN_SECONDS = 5
STALE_SECONDS = 300
KEPT_SECONDS = 3600
PURGE_EVERY = 300
LOCK = 7_305_003
ALONE = text("SELECT pg_try_advisory_xact_lock(:lock)")
LOST = text("SELECT ejecucion_id, resultado FROM barrer_caidas(:limit)")
FORGOTTEN = text("SELECT ejecucion_id, resultado FROM barrer_olvidadas(:seconds)")
PURGE = text("SELECT purgar_salida(:seconds)")
log = structlog.get_logger(__name__)


class Sweeper:
    """One replica sweeps at a time."""

    def __init__(self, database: Database, broker: Broker, relay: Relay) -> None:
        """`relay` is woken for what was queued again."""
        self._database = database
        self._broker = broker
        self._relay = relay
        self._passes = 0

    async def loop(self) -> None:
        """Sweep every second; failures are logged and tried again."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            try:
                await self.once()
            except (SQLAlchemyError, *BrokerError) as error:
                log.warning("sweep_failed", kind=type(error).__name__)

    async def once(self) -> None:
        """One pass."""
        idle = await self._idle()
        async with self._database.unbound() as connection:
            if not await connection.scalar(ALONE, {"lock": LOCK}):
                return
            lost = (await connection.execute(LOST, {"limit": MAX_LOSSES})).all()
            # An idle broker cannot hold what is queued; a busy one may, so only what is old is queued again.
            seconds = FORGOTTEN_SECONDS if idle else STALE_SECONDS
            forgotten = (await connection.execute(FORGOTTEN, {"seconds": seconds})).all()
            if self._passes % PURGE_EVERY == 0:
                await connection.execute(PURGE, {"seconds": KEPT_SECONDS})
        self._passes += 1
        ERRORS.inc(len(lost))
        for row in (*lost, *forgotten):
            log.warning("swept", execution=str(row.ejecucion_id), result=row.resultado)
        if lost or forgotten:
            self._relay.wake.set()

    async def _idle(self) -> bool:
        try:
            return await self._broker.idle()
        except BrokerError:
            # Away is not idle: what it holds is unknown.
            return False
