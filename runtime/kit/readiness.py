"""/health, /ready and /metrics: the same three routes in every service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from runtime.kit.authentication import require
from runtime.kit.problem import Problem
from runtime.kit.tokens import Principal

CHECK_SECONDS = 2.0
Check = Callable[[], Awaitable[object]]


def router(checks: Mapping[str, Check]) -> APIRouter:
    """Routes for a service that depends on what `checks` names; a check raises when its dependency fails.

    Checks name the service's stores, not its sibling services: one that is away must not take the others down too.
    """
    routes = APIRouter()

    @routes.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/ready", include_in_schema=False)
    async def ready() -> Response:
        results = await asyncio.gather(*(_outcome(check) for check in checks.values()))
        found = dict(zip(checks, results, strict=True))
        failing = [name for name, outcome in found.items() if outcome != "ok"]
        if failing:
            return Problem(503, f"Not ready: {', '.join(failing)}.", checks=found).response("/ready")
        return JSONResponse({"status": "ready", "checks": found})

    @routes.get("/metrics", include_in_schema=False)
    async def metrics(_: Annotated[Principal, Depends(require("metrics"))]) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _outcome(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except Exception as error:
        # The text of a driver's error may hold an address or a credential; its kind does not.
        return type(error).__name__
    return "ok"
