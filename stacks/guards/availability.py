"""Replicas against quorum, zones and autoscaling, and what the enterprise tier promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.placement import Placement
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


def availability_problems(stack: Stack) -> list[Problem]:
    """At most one problem a component; only on targets with more than one machine."""
    if not stack.target.is_cluster:
        return []
    ours = stack.placed(Placement.in_cluster, Placement.managed)
    found = [_problem(stack, component) for component in ours if component in stack.components]
    return [problem for problem in found if problem is not None]


def _problem(stack: Stack, component: Component) -> Problem | None:
    return (
        _single_store(stack, component)
        or _quorum(stack, component)
        or _bounds(stack, component)
        or _spread(stack, component)
    )


def _single_store(stack: Stack, component: Component) -> Problem | None:
    if stack.tier != "enterprise" or not component.is_store or stack.size(component).replicas > 1:
        return None
    least = 3 if component.quorum else 2
    mend = f"set it to {least} or more, or use tier: custom with from: enterprise"
    allowed = f"at least {least} in the enterprise tier"
    return Problem(f"components.{component}.replicas", "1", allowed, mend)


def _quorum(stack: Stack, component: Component) -> Problem | None:
    replicas = stack.size(component).replicas
    if not component.quorum or replicas % 2:
        return None
    mend = f"set it to {replicas + 1}: of {replicas} voters half is no majority, so one lost stops all"
    odd = "an odd number, 3 or more" if stack.tier == "enterprise" else "1, or an odd number of 3 or more"
    return Problem(f"components.{component}.replicas", str(replicas), odd, mend)


def _bounds(stack: Stack, component: Component) -> Problem | None:
    size, override = stack.size(component), stack.components[component]
    path = f"components.{component}.max_replicas"
    if override.max_replicas is None:
        return None
    if component.is_store and size.max_replicas != size.replicas:
        mend = f"remove {path}: a store does not scale by itself; set components.{component}.replicas"
        return Problem(path, str(size.max_replicas), f"{size.replicas}, its replicas", mend)
    if size.max_replicas < size.replicas:
        mend = f"set it to {size.replicas} or more, or lower components.{component}.replicas"
        return Problem(path, str(size.max_replicas), f"at least {size.replicas}, its replicas", mend)
    return None


def _spread(stack: Stack, component: Component) -> Problem | None:
    size, override = stack.size(component), stack.components[component]
    if size.zones <= size.replicas:
        return None
    by_zones = override.zones is not None
    key = f"components.{component}." + ("zones" if by_zones else "replicas")
    if by_zones:
        mend = f"give it {size.zones} replicas, or lower its zones"
        return Problem(key, str(size.zones), f"at most {size.replicas}, its replicas", mend)
    mend = f"give it {size.zones} replicas, or set components.{component}.zones to {size.replicas}"
    return Problem(key, str(size.replicas), f"at least {size.zones}, the zones it must span", mend)
