"""Rules across fields: sizes against floors, connections against PostgreSQL, values the target cannot honour.

They judge only what the person wrote: without overrides every tier passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.derive.connections import LEAST_POOL, POOL_WEIGHTS, connection_budget
from stacks.derive.postgres import GUIDE_MAX_CONNECTIONS, least_memory_mib, max_connections
from stacks.floors import FLOORS, LEAST_CPU, LEAST_CPU_REASON
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


def guard_problems(stack: Stack) -> list[Problem]:
    """Every rule that `stack` breaks, one problem each; empty when it breaks none."""
    problems = [problem for component in stack.components for problem in _size_problems(stack, component)]
    problems += _replica_problems(stack)
    # A database below its floor or replicas that the target refuses would be reported a second time here.
    return problems or _connection_problems(stack)


# 0.05 cores times 3 is a hair above the 0.15 that the message would ask for.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Rule:
    """One value of a component against the least for each replica."""

    field: str
    unit: str
    total: float
    written: float | None
    least: float
    reason: str

    def mend(self, path: str, replicas: int) -> str:
        each = f" for each of {replicas} replicas" if replicas > 1 else ""
        needed = f"{self.least * replicas:g}"
        return f"set {path}.{self.field} to {needed} or more: {self.reason} ({self.least:g} {self.unit}{each})"


def _size_problems(stack: Stack, component: Component) -> list[Problem]:
    size, override, floor = stack.size(component), stack.components[component], FLOORS[component]
    rules = (
        _Rule("cpu", "cores", size.cpu, override.cpu, LEAST_CPU, LEAST_CPU_REASON),
        _Rule("memory_gib", "GiB", size.memory_gib, override.memory_gib, floor.memory_gib, floor.memory_reason),
        _Rule(
            "storage_gib",
            "GiB",
            size.storage_gib,
            override.storage_gib,
            floor.storage_gib,
            floor.storage_reason,
        ),
    )
    path, replicas = f"components.{component}", size.replicas
    broken = [rule for rule in rules if rule.total < rule.least * replicas - ROUNDING]
    problems = [
        Problem(
            f"{path}.{rule.field}",
            f"{rule.written:g}",
            f"at least {rule.least * replicas:g}",
            rule.mend(path, replicas),
        )
        for rule in broken
        if rule.written is not None
    ]
    inherited = [rule for rule in broken if rule.written is None]
    if inherited:
        # The tier's own totals are too little for so many replicas: one mistake, told by the tightest total.
        rule = min(inherited, key=lambda rule: rule.total / rule.least)
        found = f"{replicas} ({rule.total:g} {rule.unit} in all)"
        allowed = f"at most {int(rule.total / rule.least + ROUNDING)}"
        problems.append(Problem(f"{path}.replicas", found, allowed, rule.mend(path, replicas)))
    return problems


def _replica_problems(stack: Stack) -> list[Problem]:
    return [
        Problem(
            f"components.{component}.replicas",
            str(override.replicas),
            "1 on the local target",
            f"remove components.{component}.replicas: one machine runs each store as one process",
        )
        for component, override in stack.components.items()
        if component.is_store and override.replicas is not None and override.replicas > 1
    ]


def _connection_problems(stack: Stack) -> list[Problem]:
    database = stack.size(Component.database)
    limit = max_connections(database.memory_mib_per_replica)
    budget = connection_budget(limit, {name: stack.size(name).replicas for name in POOL_WEIGHTS})
    if budget.fits:
        return []
    path = "components.database.memory_gib"
    need = f"{budget.total} connections are needed, PostgreSQL allows {limit}"
    counts = {
        name: override.replicas
        for name, override in stack.components.items()
        if name in POOL_WEIGHTS and override.replicas is not None
    }
    if not counts or limit < GUIDE_MAX_CONNECTIONS:
        least = ceil(100 * least_memory_mib(budget.total) * database.replicas / 1024) / 100
        found = f"{database.memory_gib:g} ({need})"
        mend = "give the database more memory, or the services fewer replicas"
        return [Problem(path, found, f"at least {least:g} with these replicas", mend)]
    largest = max(counts, key=lambda name: counts[name])
    others = sum(LEAST_POOL * count for name, count in budget.replicas.items() if name is not largest)
    most = max(1, (limit - budget.margin - others) // LEAST_POOL)
    allowed = f"at most {most} beside the other services"
    found = f"{counts[largest]} ({need})"
    return [Problem(f"components.{largest}.replicas", found, allowed, "use fewer replicas")]
