"""A stack: which tier, where, and what differs from the tier."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from stacks.components import Component
from stacks.guards import guard_problems
from stacks.problems import StackError
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


def _http_url(value: str) -> str:
    allowed = "an http or https URL without user, query or fragment"
    if re.search(r"[@?#]", value):
        # What stands there is likely a key: it belongs in a secret, and must not be repeated in an error.
        mend = "take the key out of the URL and name its Pulumi secret in chat_model.api_key_secret"
        hidden = {"allowed": allowed, "mend": mend, "found": "a URL with a user, query or fragment"}
        raise PydanticCustomError("http_url", "a URL with credentials", hidden)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", value):
        mend = "write it like https://host/v1"
        raise PydanticCustomError("http_url", "not a URL", {"allowed": allowed, "mend": mend})
    return value


def _secret_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,62}", value):
        allowed = "the name of a secret: a letter, then letters, digits, - or _, at most 63"
        mend = "store the key with `pulumi config set --secret andamio:chatModelKey` and write chatModelKey here"
        hidden = {"allowed": allowed, "mend": mend, "found": "something else"}
        raise PydanticCustomError("secret_name", "not a secret's name", hidden)
    return value


class ChatModel(BaseModel):
    """An OpenAI-compatible chat model. Without one the agents use the built-in rule-based model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_http_url)] = Field(
        description="Base URL, e.g. https://host/v1."
    )
    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="The model's name at that URL.")
    api_key_secret: Annotated[str, AfterValidator(_secret_name)] | None = Field(
        default=None, description="Name of the Pulumi secret that holds the key; never the key itself."
    )


def _read_only(overrides: Mapping[Component, ComponentOverride]) -> Mapping[Component, ComponentOverride]:
    return MappingProxyType(dict(overrides))


class Stack(BaseModel):
    """One deployment of the platform."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: TierName = Field(description="How big: one of the guide's two tables.")
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
