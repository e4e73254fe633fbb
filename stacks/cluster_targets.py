"""Targets with a Kubernetes cluster: an existing one, or one that Andamio creates in a cloud."""

import re
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

T = TypeVar("T")
_IMMUTABLE: JsonDict = {"immutable": True}


def _text(pattern: str, what: str, example: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            context = {"allowed": what, "mend": f"write it like {example}"}
            raise PydanticCustomError("pattern", "another form", context)
        return value

    return check


def _distinct(value: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(value)) != len(value):
        context = {
            "allowed": "each zone once",
            "mend": "remove the zone that stands there twice",
            "found": "a zone twice",
        }
        raise PydanticCustomError("distinct", "a zone twice", context)
    return value


_Short = Field(min_length=1, max_length=63)
AwsRegion = Annotated[
    str, _Short, AfterValidator(_text(r"[a-z]{2,3}(-[a-z]+){1,3}-\d", "the name of an AWS region", "eu-west-1"))
]
AwsZone = Annotated[
    str, _Short, AfterValidator(_text(r"[a-z]{2,3}(-[a-z]+){1,3}-\d[a-z]", "the name of an AWS zone", "eu-west-1a"))
]
GcpRegion = Annotated[
    str, _Short, AfterValidator(_text(r"[a-z]+-[a-z]+\d{1,2}", "the name of a GCP region", "europe-west1"))
]
GcpZone = Annotated[
    str, _Short, AfterValidator(_text(r"[a-z]+-[a-z]+\d{1,2}-[a-z]", "the name of a GCP zone", "europe-west1-b"))
]
AzureRegion = Annotated[
    str, _Short, AfterValidator(_text(r"[a-z]+\d?", "the short name of an Azure region", "westeurope"))
]
AzureZone = Annotated[int, Field(strict=True, ge=1, le=3)]
# A Kubernetes label's value.
ClusterZone = Annotated[
    str,
    _Short,
    AfterValidator(_text(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", "the value of a label", "zone-a")),
]
Context = Annotated[
    str,
    Field(min_length=1, max_length=253),
    AfterValidator(_text(r"[A-Za-z0-9][A-Za-z0-9_.:@/-]*", "the name of a context of the kubeconfig", "my-cluster")),
]


class KubernetesTarget(BaseModel):
    """A Kubernetes cluster that exists already."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    is_cluster: ClassVar[bool] = True

    kind: Literal["kubernetes"] = Field(description="The target.", json_schema_extra=_IMMUTABLE)
    context: Context = Field(
        description="The kubeconfig's context of the cluster; never the current one by accident.",
        json_schema_extra=_IMMUTABLE,
    )
    zones: Annotated[tuple[ClusterZone, ...], Field(max_length=6), AfterValidator(_distinct)] = Field(
        default=(), description="The zones of its nodes (label topology.kubernetes.io/zone); none means one."
    )

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones; one without a name of its own where none are given."""
        return self.zones or ("cluster",)


class AwsTarget(BaseModel):
    """A cluster and managed stores on AWS."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    is_cluster: ClassVar[bool] = True

    kind: Literal["aws"] = Field(description="The target.", json_schema_extra=_IMMUTABLE)
    region: AwsRegion = Field(description="Region, e.g. eu-west-1.", json_schema_extra=_IMMUTABLE)
    zones: Annotated[tuple[AwsZone, ...], Field(min_length=1, max_length=6), AfterValidator(_distinct)] = Field(
        description="Zones of the region, e.g. eu-west-1a; high availability needs three."
    )

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones' names."""
        return self.zones


class GcpTarget(BaseModel):
    """A cluster and managed stores on Google Cloud."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    is_cluster: ClassVar[bool] = True

    kind: Literal["gcp"] = Field(description="The target.", json_schema_extra=_IMMUTABLE)
    region: GcpRegion = Field(description="Region, e.g. europe-west1.", json_schema_extra=_IMMUTABLE)
    zones: Annotated[tuple[GcpZone, ...], Field(min_length=1, max_length=6), AfterValidator(_distinct)] = Field(
        description="Zones of the region, e.g. europe-west1-b; high availability needs three."
    )

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones' names."""
        return self.zones


class AzureTarget(BaseModel):
    """A cluster and managed stores on Azure."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    is_cluster: ClassVar[bool] = True

    kind: Literal["azure"] = Field(description="The target.", json_schema_extra=_IMMUTABLE)
    region: AzureRegion = Field(description="Region, e.g. westeurope.", json_schema_extra=_IMMUTABLE)
    zones: Annotated[tuple[AzureZone, ...], Field(min_length=1, max_length=3), AfterValidator(_distinct)] = Field(
        description="Zones of the region by number, 1 to 3; high availability needs three."
    )

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones as Azure's interfaces write them: "1" to "3"."""
        return tuple(str(zone) for zone in self.zones)
