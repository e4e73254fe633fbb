"""The composition root: the whole system on one page."""

from collections.abc import Mapping

from pulumi import Output

from infra.services.runtime import deploy
from infra.targets import platform_for
from stacks.load import chat_model_key
from stacks.schema import Stack


def build(stack: Stack, name: str) -> Mapping[str, Output[str] | Output[dict[str, str]] | str | dict[str, str]]:
    """Create the platform where the stack says, place the services on it, and return the stack's outputs."""
    platform = platform_for(stack, name)
    services = deploy(stack, platform, chat_model_key(stack))
    return {
        "tier": stack.tier,
        "addresses": Output.all(
            **{service.component.value: service.url for service in services},
            **{component.value: address for component, address in platform.addresses().items()},
        ),
        "api_key": platform.keys.bootstrap_api,
        **platform.facts,
    }
