"""What a stack file says about one component."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from stacks.placement import Placement
from stacks.secret import SecretName
from stacks.sizes import Cores, MemoryGib, NetworkGbps, Replicas, StorageClass, StorageGib, Zones

_HOST = r"(?=.{1,253}(?::|/|$))[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_ENDPOINT = re.compile(rf"(https?://{_HOST}(:\d{{1,5}})?(/[A-Za-z0-9._~/-]*)?|{_HOST}:\d{{1,5}})")


def _endpoint(value: str) -> str:
    port = re.search(r":(\d+)(?:/|$)", value)
    if not _ENDPOINT.fullmatch(value) or (port and not 1 <= int(port[1]) <= 65535):
        found = "an address with a user, query or fragment" if re.search(r"[@?#]", value) else "no address"
        mend = "write only where it is; its credentials belong in the Pulumi secret that `secret` names"
        context = {"allowed": "host:port, or an http or https URL", "mend": mend, "found": found}
        raise PydanticCustomError("endpoint", "not an endpoint", context)
    return value


Endpoint = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_endpoint)]


def _off(value: object) -> object:
    """YAML 1.1 reads an unquoted off as false; YAML 1.2, and so some editors, as the text it looks like."""
    return "off" if value is False else value


class ComponentOverride(BaseModel):
    """What a component gets instead of the tier's value; an absent value stays the tier's.

    `cpu` in cores, `memory_gib` and `storage_gib` in GiB: the total of a service, each replica's of a store.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: Cores | None = Field(
        default=None, description="Cores: over all replicas of a service, of each replica of a store."
    )
    memory_gib: MemoryGib | None = Field(
        default=None, description="Memory in GiB: over all replicas of a service, of each replica of a store."
    )
    storage_gib: StorageGib | None = Field(
        default=None, description="Disk in GiB: over all replicas of a service, of each replica of a store."
    )
    storage_class: StorageClass | None = Field(
        default=None,
        description="Kind of disk: standard (spinning or cheapest), ssd (the guide's), premium (provisioned IOPS).",
        json_schema_extra={"immutable": True},
    )
    network_gbps: NetworkGbps | None = Field(
        default=None, description="Network in Gbit/s of each machine the component runs on."
    )
    replicas: Replicas | None = Field(default=None, description="How many processes or pods run at least.")
    max_replicas: Replicas | None = Field(
        default=None, description="How many replicas autoscaling may reach; twice `replicas` when absent."
    )
    zones: Zones | None = Field(default=None, description="How many distinct zones the replicas must span.")
    placement: Annotated[Placement, BeforeValidator(_off)] | None = Field(
        default=None,
        description="Where it runs: managed by the cloud, in-cluster, external (your own), or off.",
        json_schema_extra={"immutable": True},
    )
    endpoint: Endpoint | None = Field(
        default=None, description="Where an external component is: host:port or a URL, without credentials."
    )
    secret: SecretName | None = Field(
        default=None, description="Name of the Pulumi secret that holds an external component's credentials."
    )
