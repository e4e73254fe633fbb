"""The services' connections against what PostgreSQL allows."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.derive.connections import POOL_WEIGHTS, ConnectionBudget, connection_budget, peak_replicas
from stacks.derive.postgres import GUIDE_MAX_CONNECTIONS, least_memory_mib, max_connections
from stacks.problems import Problem
from stacks.sizes import ComponentSize
from stacks.tiers import derived_max_replicas

if TYPE_CHECKING:
    from stacks.schema import Stack


def connection_problems(stack: Stack) -> list[Problem]:
    """One problem when full pools of all replicas, at their most, are more than PostgreSQL allows."""
    limit = max_connections(stack.size(Component.database).replica.memory_mib)
    budget = _budget(stack, limit, stack.sizes())
    if budget.fits:
        return []
    need = f"{budget.total} connections are needed, PostgreSQL allows {limit}"
    written = {
        name: stack.size(name).max_replicas
        for name, override in stack.components.items()
        if name in POOL_WEIGHTS and (override.replicas or override.max_replicas)
    }
    if not written or limit < GUIDE_MAX_CONNECTIONS:
        return [_too_small(stack, budget.total, need)]
    return [_too_many(stack, max(written, key=lambda name: written[name]), limit, need)]


def _budget(stack: Stack, limit: int, sizes: Mapping[Component, ComponentSize]) -> ConnectionBudget:
    return connection_budget(limit, peak_replicas(sizes, stack.target.is_cluster))


def _too_small(stack: Stack, connections: int, need: str) -> Problem:
    database = stack.size(Component.database)
    least = ceil(100 * least_memory_mib(connections) / 1024) / 100
    mend = "give the database more memory, or the services fewer replicas"
    found = f"{database.memory_gib:g} ({need})"
    return Problem("components.database.memory_gib", found, f"at least {least:g} with these replicas", mend)


def _too_many(stack: Stack, component: Component, limit: int, need: str) -> Problem:
    """The service with the most replicas, and how many it may have beside the others."""
    size, override = stack.size(component), stack.components[component]
    key = "replicas" if override.max_replicas is None else "max_replicas"
    most = next((count for count in range(getattr(size, key), 0, -1) if _fits(stack, component, key, count, limit)), 0)
    allowed = f"at most {most} beside the other services" if most else "fewer replicas of every service"
    found = f"{getattr(size, key)} ({need})"
    return Problem(f"components.{component}.{key}", found, allowed, "use fewer replicas")


def _fits(stack: Stack, component: Component, key: str, count: int, limit: int) -> bool:
    changed = {key: count}
    if key == "replicas":
        changed["max_replicas"] = derived_max_replicas(component, count) if stack.target.is_cluster else count
    sizes = {**stack.sizes(), component: stack.size(component).model_copy(update=changed)}
    return _budget(stack, limit, sizes).fits
