"""The tier and the table it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


def tier_problems(stack: Stack) -> list[Problem]:
    """`from` belongs to `tier: custom`, which needs it, and to no other tier."""
    if stack.tier == "custom" and stack.base is None:
        mend = "add from with the tier whose table the stack starts from"
        return [Problem("from", "nothing", "minimum or enterprise", mend)]
    if stack.tier != "custom" and stack.base is not None:
        mend = f"remove from, or set tier to custom to start from the {stack.base} table"
        return [Problem("from", stack.base, "nothing beside a tier of the guide", mend)]
    return []
