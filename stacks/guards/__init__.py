"""Rules across fields, each mistake exactly one problem with its mend.

They judge only what the person wrote: without overrides every tier passes on a target with enough zones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.guards.availability import availability_problems
from stacks.guards.connections import connection_problems
from stacks.guards.floor import floor_problems
from stacks.guards.need import need_problems
from stacks.guards.place import place_problems
from stacks.guards.tier import tier_problems
from stacks.guards.zone import zone_problems
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


def guard_problems(stack: Stack) -> list[Problem]:
    """Every rule that `stack` breaks, one problem each; empty when it breaks none."""
    # Without its table a stack has no sizes to judge.
    if problems := tier_problems(stack):
        return problems
    problems = place_problems(stack) + zone_problems(stack)
    misplaced = {problem.key.split(".")[1] for problem in problems if problem.key.startswith("components.")}
    for component in stack.components:
        # One mistake is told once: what is in the wrong place is not also too small.
        if component.value not in misplaced:
            problems += floor_problems(stack, component) or need_problems(stack, component)
    told = {problem.key for problem in problems}
    problems += [problem for problem in availability_problems(stack) if problem.key not in told]
    # A database below its floor, or replicas that the target refuses, would be reported a second time here.
    return problems or connection_problems(stack)
