"""This machine as a target."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from stacks.problems import Problem, StackError

STATE_DIR = ".andamio"

# The kernel, its caches and the user need the rest.
MOST_MEMORY_SHARE = 0.9

# Below 1024 only root may listen.
Port = Annotated[int, Field(strict=True, ge=1024, le=65535)]


class LocalPorts(BaseModel):
    """The loopback ports of the local target; each 1024 to 65535 and all different."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gateway: Port = Field(default=3000, description="Public API; the guide's port.")
    orchestrator: Port = Field(default=3001, description="Orchestrator's HTTP.")
    tools: Port = Field(default=3002, description="Tool registry's HTTP.")
    knowledge: Port = Field(default=3003, description="Knowledge service's HTTP.")
    embeddings: Port = Field(default=3004, description="Embedding service's HTTP.")
    database: Port = Field(default=15432, description="PostgreSQL; 10000 above its usual port, which may be taken.")
    cache: Port = Field(default=16379, description="Valkey; 10000 above its usual port.")
    messages: Port = Field(default=14222, description="NATS clients; 10000 above the usual port.")
    messages_monitor: Port = Field(default=18222, description="NATS' HTTP monitor; 10000 above the usual port.")
    vectors: Port = Field(default=18080, description="Weaviate's HTTP; 10000 above its usual port.")
    vectors_grpc: Port = Field(default=15051, description="Weaviate's gRPC.")
    vectors_gossip: Port = Field(default=17946, description="Weaviate's gossip between nodes.")
    vectors_data: Port = Field(default=17947, description="Weaviate's data exchange between nodes.")
    vectors_raft: Port = Field(default=18300, description="Weaviate's Raft.")
    vectors_raft_rpc: Port = Field(default=18301, description="Weaviate's Raft calls.")

    def items(self) -> Iterator[tuple[str, int]]:
        """Each (key, port), in the order of declaration."""
        for key in type(self).model_fields:
            yield key, int(getattr(self, key))

    @model_validator(mode="after")
    def _each_port_once(self) -> "LocalPorts":
        owner: dict[int, str] = {}
        problems = []
        for key, port in self.items():
            first = owner.setdefault(port, key)
            if first != key:
                keys = f"target.ports.{key} or target.ports.{first}"
                found = f"{port}, which is also target.ports.{first}"
                problems.append(Problem(f"target.ports.{key}", found, "a port of its own", f"give {keys} another port"))
        if problems:
            raise StackError(problems)
        return self


def _folder(value: str) -> str:
    if value != value.strip() or not value.isprintable() or ".." in value.split("/"):
        allowed = {"allowed": "a folder's path without '..'", "mend": "name a folder, for example .andamio"}
        raise PydanticCustomError("folder", "not a folder's path", allowed)
    return value


class LocalTarget(BaseModel):
    """This machine: servers and services are processes that listen on loopback only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_cluster: ClassVar[bool] = False
    zone_names: ClassVar[tuple[str, ...]] = ("local",)

    kind: Literal["local"] = Field(description="The target.", json_schema_extra={"immutable": True})
    ports: LocalPorts = Field(default=LocalPorts(), description="Port of each server and service.")
    state_dir: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_folder)] = Field(
        default=STATE_DIR,
        description="Folder of data, logs and run files, absolute or below the project; one folder a stack in it.",
        json_schema_extra={"immutable": True},
    )
    memory_share: Annotated[float, Field(strict=True, ge=0.05, le=MOST_MEMORY_SHARE, allow_inf_nan=False)] = Field(
        default=0.25, description="Share of the machine's memory that all components' budgets may sum to."
    )
    disk_reserve_gib: Annotated[int, Field(strict=True, ge=1, le=1024)] = Field(
        default=2, description="Disk, in GiB, that must stay free; with less nothing is started."
    )
