"""The JSON Schema of a stack file, for completion and hover in editors."""

from pydantic import BaseModel, ConfigDict, Field

from stacks.schema import Stack


class Configuration(BaseModel):
    """A stack file's configuration; other keys belong to Pulumi or to secrets."""

    model_config = ConfigDict(extra="allow")

    stack: Stack = Field(alias="andamio:stack", description="Andamio's configuration.")


class StackFile(BaseModel):
    """A Pulumi stack file that configures Andamio."""

    model_config = ConfigDict(extra="allow")

    config: Configuration = Field(description="Configuration by namespace and key.")


def stack_file_schema() -> dict[str, object]:
    """The schema of `Pulumi.<name>.yaml`, in the 2020-12 dialect. `immutable: true` marks what is fixed once deployed.

    Rules across fields, such as ports that differ, are not in it: `parse` checks those.
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **StackFile.model_json_schema(by_alias=True)}
