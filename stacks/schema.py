"""A stack: which tier, where, and what differs from the tier."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_serializer,
    model_validator,
)

from stacks.chat_model import ChatModel
from stacks.components import Component
from stacks.guards import guard_problems
from stacks.override import ComponentOverride
from stacks.placement import Placement, default_placement
from stacks.problems import StackError
from stacks.sizes import ComponentSize
from stacks.targets import Target
from stacks.tiers import TIERS, TierName, derived_max_replicas

__all__ = ["ChatModel", "ComponentOverride", "Environment", "Stack", "TierChoice", "stack_name"]

Environment = Literal["dev", "staging", "production"]
TierChoice = Literal["minimum", "enterprise", "custom"]
# Where a component is and how to reach it: no sizes.
_PLACE = frozenset({"placement", "endpoint", "secret"})


def _read_only(overrides: Mapping[Component, ComponentOverride]) -> Mapping[Component, ComponentOverride]:
    return MappingProxyType(dict(overrides))


class Stack(BaseModel):
    """One deployment of the platform."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    tier: TierChoice = Field(description="How big: one of the guide's two tables, or custom, which starts from one.")
    base: TierName | None = Field(
        default=None, alias="from", description="The tier that `custom` starts from; only with tier: custom."
    )
    target: Target = Field(description="Where.")
    components: Annotated[Mapping[Component, ComponentOverride], AfterValidator(_read_only)] = Field(
        default_factory=lambda: _read_only({}), description="What differs from the tier, by component."
    )
    environment: Environment = Field(
        default="production",
        description="What the stack is for; part of its name unless production.",
        json_schema_extra={"immutable": True},
    )
    chat_model: ChatModel | None = Field(default=None, description="The agents' chat model.")

    @model_validator(mode="after")
    def _guards(self) -> Self:
        if problems := guard_problems(self):
            raise StackError(problems)
        return self

    @field_serializer("components", mode="wrap")
    def _plain_overrides(
        self, value: Mapping[Component, ComponentOverride], serialize: SerializerFunctionWrapHandler
    ) -> object:
        return serialize(dict(value))

    @property
    def table(self) -> TierName:
        """The tier whose table the sizes start from: the tier itself, or what `custom` starts from."""
        if self.base is not None:
            return self.base
        if self.tier != "custom":
            return self.tier
        raise ValueError("tier custom has no from; its guard refuses that")

    @property
    def zones(self) -> tuple[str, ...]:
        """The names of the target's zones, at least one."""
        return self.target.zone_names

    def size(self, component: Component) -> ComponentSize:
        """The component's size: the tier's, with each overridden value in its place."""
        override = self.components.get(component)
        changed = override.model_dump(exclude_none=True, exclude=set(_PLACE)) if override is not None else {}
        size = TIERS[self.table].sizes[component]
        if "max_replicas" not in changed:
            replicas = changed.get("replicas", size.replicas)
            # One machine has as many processes as it was given.
            most = derived_max_replicas(component, replicas) if self.target.is_cluster else replicas
            changed["max_replicas"] = most
        return size.model_copy(update=changed)

    def sizes(self) -> Mapping[Component, ComponentSize]:
        """The size of every component, also of those that are off or external."""
        return {component: self.size(component) for component in Component}

    def placement(self, component: Component) -> Placement:
        """Where the component runs: what the file says, or the target's default."""
        override = self.components.get(component)
        if override is not None and override.placement is not None:
            return override.placement
        return default_placement(component, self.target.kind)

    def placed(self, *placements: Placement) -> tuple[Component, ...]:
        """The components with one of `placements`, in order."""
        return tuple(component for component in Component if self.placement(component) in placements)


def stack_name(stack: Stack) -> str:
    """`<tier>-<target>`, followed by `-<environment>` unless that is production."""
    suffix = "" if stack.environment == "production" else f"-{stack.environment}"
    return f"{stack.tier}-{stack.target.kind}{suffix}"
