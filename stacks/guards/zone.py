"""Zones: they are of the target's region, and there are as many as high availability asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.placement import Placement
from stacks.problems import Problem
from stacks.targets import AwsTarget, GcpTarget

if TYPE_CHECKING:
    from stacks.schema import Stack


def zone_problems(stack: Stack) -> list[Problem]:
    """A zone of another region, or fewer zones than components must span; the tier's demand is told once."""
    target = stack.target
    if isinstance(target, AwsTarget | GcpTarget):
        for zone in target.zones:
            if not zone.startswith(target.region):
                mend = f"name zones of {target.region}, or change target.region"
                return [Problem("target.zones", zone, f"zones of {target.region}", mend)]
    return _span_problems(stack)


def _span_problems(stack: Stack) -> list[Problem]:
    available = len(stack.zones)
    where = "on the local target" if not stack.target.is_cluster else f"with {_count(available)} in target.zones"
    wanting: list[tuple[Component, int]] = []
    problems = []
    for component in stack.placed(Placement.in_cluster, Placement.managed):
        override = stack.components.get(component)
        zones = stack.size(component).zones
        if zones <= available:
            continue
        if override is not None and override.zones is not None:
            mend = f"remove components.{component}.zones"
            if stack.target.is_cluster:
                mend = f"list {zones} zones in target.zones, or lower components.{component}.zones"
            problems.append(Problem(f"components.{component}.zones", str(zones), f"at most {available} {where}", mend))
        elif stack.target.is_cluster:
            wanting.append((component, zones))
    if wanting:
        most = max(zones for _, zones in wanting)
        mend = f"list {most} zones, or lower the components' zones (tier: custom with from: {stack.table})"
        found = f"{_count(available)}, while {wanting[0][0]} must span {wanting[0][1]}"
        problems.append(Problem("target.zones", found, f"at least {most} zones for {stack.tier}", mend))
    return problems


def _count(zones: int) -> str:
    return "1 zone" if zones == 1 else f"{zones} zones"
