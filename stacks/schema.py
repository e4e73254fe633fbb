"""A stack: which tier, where, and what differs from the tier."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from stacks.components import Component
from stacks.sizes import ComponentSize, Cores, MemoryGib, Replicas, StorageGib
from stacks.targets import Target
from stacks.tiers import TIERS, TierName

Environment = Literal["dev", "staging", "production"]


class ComponentOverride(BaseModel):
    """What a component gets instead of the tier's value; an absent value stays the tier's.

    Totals over all replicas: `cpu` in cores, `memory_gib` and `storage_gib` in GiB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: Cores | None = Field(default=None, description="Cores, over all replicas.")
    memory_gib: MemoryGib | None = Field(default=None, description="Memory in GiB, over all replicas.")
    storage_gib: StorageGib | None = Field(default=None, description="Disk in GiB, over all replicas.")
    replicas: Replicas | None = Field(default=None, description="How many processes or pods.")


class ChatModel(BaseModel):
    """An OpenAI-compatible chat model. Without one the agents use the built-in rule-based model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="Base URL, e.g. https://host/v1."
    )
    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="The model's name at that URL."
    )
    api_key_secret: Annotated[str, Field(min_length=1, max_length=63)] | None = Field(
        default=None, description="Name of the Pulumi secret that holds the key; never the key itself."
    )


class Stack(BaseModel):
    """One deployment of the platform."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: TierName = Field(description="How big: one of the guide's two tables.")
    target: Target = Field(description="Where.")
    components: Mapping[Component, ComponentOverride] = Field(
        default_factory=dict, description="What differs from the tier, by component."
    )
    environment: Environment = Field(
        default="production",
        description="What the stack is for; part of its name unless production.",
        json_schema_extra={"immutable": True},
    )
    chat_model: ChatModel | None = Field(default=None, description="The agents' chat model.")

    def size(self, component: Component) -> ComponentSize:
        """The component's size: the tier's, with each overridden value in its place."""
        override = self.components.get(component)
        changed = override.model_dump(exclude_none=True) if override is not None else {}
        return TIERS[self.tier].sizes[component].model_copy(update=changed)

    def sizes(self) -> Mapping[Component, ComponentSize]:
        """The size of every component."""
        return {component: self.size(component) for component in Component}


def stack_name(stack: Stack) -> str:
    """`<tier>-<target>`, followed by `-<environment>` unless that is production."""
    suffix = "" if stack.environment == "production" else f"-{stack.environment}"
    return f"{stack.tier}-{stack.target.kind}{suffix}"
