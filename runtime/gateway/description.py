"""The public API's OpenAPI description: the services' own, cut down to the routes that are let through."""

import re
from collections.abc import Mapping

import httpx

from runtime.gateway.route import ROUTES, Service
from runtime.kit.problem import Problem
from runtime.kit.tokens import Principal, mint

SECURITY: dict[str, object] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


async def describe(
    own: Mapping[str, object], clients: Mapping[Service, httpx.AsyncClient], secret: str, principal: Principal
) -> dict[str, object]:
    """`own` (the gateway's description) with the paths of the services added. Raises Problem 503."""
    public = {(route.method.lower(), _shape(route.template)) for route in ROUTES}
    paths: dict[str, object] = dict(_mapping(own.get("paths")))
    schemas: dict[str, object] = dict(_mapping(_mapping(own.get("components")).get("schemas")))
    headers = {"authorization": f"Bearer {mint(secret, principal, 60)}"}
    for service, client in clients.items():
        try:
            answer = await client.get("/openapi.json", headers=headers)
            answer.raise_for_status()
            document = _mapping(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise Problem(503, f"The service {service} does not answer.", headers={"Retry-After": "2"}) from error
        schemas |= _mapping(_mapping(document.get("components")).get("schemas"))
        for path, operations in _mapping(document.get("paths")).items():
            kept = {m: o for m, o in _mapping(operations).items() if (m, _shape(path)) in public}
            if kept:
                paths[path] = kept
    return {
        **own,
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
        "security": [{name: []} for name in SECURITY],
    }


def _shape(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
