"""Sizes against the least with which a replica works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.floors import FLOORS, LEAST_CPU, LEAST_CPU_REASON
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


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


def floor_problems(stack: Stack, component: Component) -> list[Problem]:
    """One problem for each written value below its floor, or one for replicas that the tier's totals cannot carry."""
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
    path, replicas = f"components.{component}", size.parts
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
