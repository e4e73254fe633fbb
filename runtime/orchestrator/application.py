"""The orchestrator: its connections, its loops, and what they share."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from runtime.kit.authentication import Authenticator
from runtime.kit.broker import Broker
from runtime.kit.database import Database
from runtime.kit.peer import Peer
from runtime.kit.serving import application, background
from runtime.kit.wakeups import Wakeups, connect
from runtime.orchestrator import agent_routes, execution_routes
from runtime.orchestrator.chat import chat_model
from runtime.orchestrator.relay import Relay
from runtime.orchestrator.runner import Runner, ToolService
from runtime.orchestrator.settings import Settings
from runtime.orchestrator.sweeper import Sweeper
from runtime.orchestrator.worker import Worker


def build(settings: Settings) -> FastAPI:
    """The application; each connection is opened at its first use, so a server that is away delays nothing
    here.
    """
    secret = settings.jwt_secret.get_secret_value()
    database = Database(settings.database_url.get_secret_value(), settings.database_pool_size)
    cache = connect(settings.redis_url.get_secret_value())
    wakeups = Wakeups(cache)
    broker = Broker(settings.nats_url.get_secret_value(), settings.nats_replicas)
    tools = Peer("tools", settings.tools_url, "orchestrator", secret)
    runner = Runner(chat_model(settings), ToolService(tools), simulated=settings.chat_model_url is None)
    worker = Worker(database, broker, wakeups, runner, settings.worker_slots)
    relay = Relay(database, broker)
    sweeper = Sweeper(database, broker, relay)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        working = asyncio.create_task(worker.run(app.state.stopping))
        async with background(relay.loop, sweeper.loop, wakeups.loop):
            yield
            app.state.stopping.set()
            await working
        await broker.close()
        await tools.close()
        await cache.aclose()
        await database.close()

    async def cache_answers() -> None:
        await cache.ping()

    checks = {"database": database.ping, "messages": broker.ping, "cache": cache_answers}
    app = application("orchestrator", Authenticator(database, secret), checks, lifespan)
    agent_routes.add(app, database)
    execution_routes.add(app, database, wakeups, relay)
    return app
