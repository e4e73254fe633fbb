"""The JSON Schema of a stack file, for completion and hover in editors."""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from stacks.components import Component
from stacks.placement import PLACEMENTS
from stacks.schema import Stack
from stacks.tiers import TIERS

Json = dict[str, object]


class Configuration(BaseModel):
    """A stack file's configuration; other keys belong to Pulumi or to secrets."""

    model_config = ConfigDict(extra="allow")

    stack: Stack = Field(alias="andamio:stack", description="Andamio's configuration.")


class StackFile(BaseModel):
    """A Pulumi stack file that configures Andamio."""

    model_config = ConfigDict(extra="allow")

    config: Configuration = Field(description="Configuration by namespace and key.")


def stack_file_schema() -> Json:
    """The schema of `Pulumi.<name>.yaml`, in the 2020-12 dialect. `immutable: true` marks what is fixed once deployed.

    Rules across fields, such as ports that differ, are not in it: `parse` checks those.
    """
    schema = StackFile.model_json_schema(by_alias=True)
    stack = cast(dict[str, Json], schema["$defs"])["Stack"]
    cast(dict[str, Json], stack["properties"])["components"] = _components()
    custom = {"properties": {"tier": {"const": "custom"}}, "required": ["tier"]}
    without_base = {"not": {"required": ["from"], "properties": {"from": {"type": "string"}}}}
    stack["allOf"] = [{"if": custom, "then": {"required": ["from"]}, "else": without_base}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The schema as the file's text."""
    return json.dumps(stack_file_schema(), indent=2, ensure_ascii=False) + "\n"


def _components() -> Json:
    """Each component as a key of its own: editors complete keys, and say on hover what the tiers give."""
    return {
        "type": "object",
        "description": "What differs from the tier, by component.",
        "additionalProperties": False,
        "properties": {component.value: _component(component) for component in Component},
    }


def _component(component: Component) -> Mapping[str, object]:
    rows = "; ".join(f"{name}: {_row(tier.sizes[component].model_dump())}" for name, tier in TIERS.items())
    return {
        "$ref": "#/$defs/ComponentOverride",
        "description": f"{component.label} ({component.service_name}). {rows}.",
        "properties": {"placement": {"enum": [place.value for place in PLACEMENTS[component]]}},
    }


def _row(size: Mapping[str, object]) -> str:
    return "{cpu:g} cores, {memory_gib:g} GiB, {storage_gib:g} GiB disk, {replicas} replicas".format_map(size)
