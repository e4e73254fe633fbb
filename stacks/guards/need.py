"""Storage against what the component's own memory and settings will write to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.derive.storage_need import storage_need
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.schema import Stack


def need_problems(stack: Stack, component: Component) -> list[Problem]:
    """At most one problem, at the storage where it is written and at the memory otherwise."""
    size, override = stack.size(component), stack.components[component]
    need = storage_need(component, size)
    if need is None or size.storage_gib >= need.gib:
        return []
    path = f"components.{component}"
    if override.storage_gib is not None:
        mend = f"set {path}.storage_gib to {need.gib:g} or more, or lower {path}.memory_gib: {need.reason}"
        return [Problem(f"{path}.storage_gib", f"{size.storage_gib:g}", f"at least {need.gib:g}", mend)]
    if override.memory_gib is not None:
        mend = f"set {path}.storage_gib to {need.gib:g} or more, or lower {path}.memory_gib: {need.reason}"
        allowed = f"less, with {size.storage_gib:g} GiB of storage"
        return [Problem(f"{path}.memory_gib", f"{size.memory_gib:g}", allowed, mend)]
    return []
