"""The targets: the only place that branches on where a stack is built."""

import pulumi

from infra.ports.platform import Platform
from stacks.schema import Stack


def platform_for(stack: Stack, name: str) -> Platform:
    """Build the platform of the stack called ``name``. Imports the one target that is asked for, and its SDK.

    Raises pulumi.RunError for a target that can be sized and checked but not built.
    """
    match stack.target.kind:
        case "local":
            from infra.targets.local.platform import local_platform

            return local_platform(stack, stack.target, name)
        case kind:
            raise pulumi.RunError(f"target {kind} is not provisioned yet (local is)")
