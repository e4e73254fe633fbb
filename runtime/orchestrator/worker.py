"""The worker: takes executions from the broker, runs them, and ends each exactly once."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from runtime.kit.broker import ACK_WAIT_SECONDS, Broker, BrokerError
from runtime.kit.database import Database, away
from runtime.kit.wakeups import Wakeups
from runtime.orchestrator.journal import Journal
from runtime.orchestrator.lease import Fenced, Lease, Work
from runtime.orchestrator.metrics import ERRORS, SECONDS
from runtime.orchestrator.runner import RunFailed, Runner, Transient

FETCH_SECONDS = 5.0
AWAY_SECONDS = 1.0
DRAIN_SECONDS = 4.0
HEARTBEAT_SECONDS = ACK_WAIT_SECONDS / 3
log = structlog.get_logger(__name__)


class Worker:
    """`slots` executions at a time in this process."""

    def __init__(self, database: Database, broker: Broker, wakeups: Wakeups, runner: Runner, slots: int) -> None:
        """Share the process's connections."""
        self._database = database
        self._broker = broker
        self._wakeups = wakeups
        self._runner = runner
        self._slots = slots

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`; then what runs gets four seconds, and after that is given back."""
        slots = [asyncio.create_task(self._slot(stopping)) for _ in range(self._slots)]
        await stopping.wait()
        _, late = await asyncio.wait(slots, timeout=DRAIN_SECONDS)
        for slot in late:
            slot.cancel()
        await asyncio.gather(*slots, return_exceptions=True)

    async def _slot(self, stopping: asyncio.Event) -> None:
        subscription: JetStreamContext.PullSubscription | None = None
        while not stopping.is_set():
            try:
                if subscription is None:
                    subscription = await self._broker.subscription()
                message = await _next(subscription, stopping)
                if message is not None:
                    await self._handle(message)
            except BrokerError as error:
                if subscription is not None:
                    log.warning("slot_lost_broker", kind=type(error).__name__)
                subscription = None
                await asyncio.sleep(AWAY_SECONDS)
            except Exception as error:
                # A slot that dies would be missed by nobody; what went wrong is in the log, the lease runs
                # out.
                log.error("slot_failed", exc_info=error)
                await asyncio.sleep(AWAY_SECONDS)

    async def _handle(self, message: Msg) -> None:
        lease = _lease(self._database, message)
        if lease is None:
            await message.term()
            return
        with structlog.contextvars.bound_contextvars(execution=str(lease.execution), attempt=lease.attempt):
            try:
                work = await lease.claim()
                if work is not None:
                    await self._wakeups.wake(str(lease.execution))
                    async with _heartbeat(lease, message):
                        await self._work(lease, work)
            except (SQLAlchemyError, OSError) as error:
                # PostgreSQL is away: nothing can be written. The broker delivers again, or the sweeper finds
                # it.
                ERRORS.inc()
                log.warning("database_away", kind=type(error).__name__)
                await message.nak(delay=2)
                return
            except Fenced:
                log.info("fenced")
            finally:
                await self._wakeups.wake(str(lease.execution))
            await message.ack()

    async def _work(self, lease: Lease, work: Work) -> None:
        try:
            journal = Journal(work.journal, lease)
            answer = await self._runner.run(lease.tenant, lease.execution, work, journal)
            SECONDS.observe(await lease.complete(answer))
            log.info("completed", model=answer.model, citations=len(answer.citations))
        except Transient as error:
            ERRORS.inc()
            again = await lease.retry(str(error))
            log.warning("retrying" if again else "quarantined", reason=str(error))
        except RunFailed as error:
            ERRORS.inc()
            SECONDS.observe(await lease.fail(str(error)))
            log.warning("failed", reason=str(error))
        except DBAPIError as error:
            if away(error):
                raise
            # PostgreSQL is there and refuses the content, as it would refuse it from the next attempt.
            ERRORS.inc()
            SECONDS.observe(await lease.fail("an answer of the model or of a tool cannot be stored"))
            log.error("unstorable", kind=type(error.orig).__name__)
        except asyncio.CancelledError:
            if not lease.lost:
                await asyncio.shield(lease.release())
                log.info("released")
            raise


@contextlib.asynccontextmanager
async def _heartbeat(lease: Lease, message: Msg) -> AsyncIterator[None]:
    """Renew the lease and the broker's patience every third of it; a lost lease stops the work at once."""
    owner = asyncio.current_task()

    async def beat() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await lease.renew()
                await message.in_progress()
            except Fenced:
                lease.lost = True
                if owner is not None:
                    owner.cancel()
                return
            except (SQLAlchemyError, *BrokerError) as error:
                log.warning("heartbeat_missed", kind=type(error).__name__)

    beating = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if lease.lost and owner is not None and owner.uncancel() == 0:
            raise Fenced from None
        raise
    finally:
        beating.cancel()


async def _next(subscription: JetStreamContext.PullSubscription, stopping: asyncio.Event) -> Msg | None:
    """The next message, or None when none came in time or the process is stopping."""
    fetching = asyncio.ensure_future(subscription.fetch(1, timeout=FETCH_SECONDS))
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((fetching, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not fetching.done():
            return None
        try:
            return (await fetching)[0]
        except TimeoutError:
            return None
    finally:
        fetching.cancel()
        stopped.cancel()


def _lease(database: Database, message: Msg) -> Lease | None:
    try:
        body = json.loads(message.data)
        return Lease(database, UUID(body["tenant"]), UUID(body["execution"]), int(body["attempt"]))
    except (ValueError, KeyError, TypeError):
        log.error("message_unreadable", bytes=len(message.data))
        return None
