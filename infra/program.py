"""The composition root: the whole system on one page."""

from collections.abc import Mapping

import pulumi
from pulumi import Output

from infra.services.runtime import deploy
from infra.targets import platform_for
from stacks.load import chat_model_key
from stacks.schema import Stack
from stacks.warning import stack_warnings

Exports = Mapping[str, Output[str] | Output[dict[str, str]] | str | dict[str, str] | list[str]]


def build(stack: Stack, name: str) -> Exports:
    """Create the platform where the stack says, place the services on it, and return the stack's outputs.

    What is allowed but unwise is said on every preview and update, and stays in the outputs.
    """
    warnings = [str(warning) for warning in stack_warnings(stack)]
    for warning in warnings:
        pulumi.log.warn(warning)
    platform = platform_for(stack, name)
    services = deploy(stack, platform, chat_model_key(stack))
    return {
        "tier": stack.tier,
        "warnings": warnings,
        "addresses": Output.all(
            **{service.component.value: service.url for service in services},
            **{component.value: address for component, address in platform.addresses().items()},
        ),
        "api_key": platform.keys.bootstrap_api,
        **platform.facts,
    }
