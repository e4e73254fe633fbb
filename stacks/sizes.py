"""The size of one component, and of one of its replicas."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from stacks.components import Split

# Strict: YAML's `yes` must not become 1 replica, nor "8" eight cores. The upper bounds only keep absurd
# numbers out of later arithmetic; they are well above the largest machine any target offers.
MOST_REPLICAS = 100
MIB_PER_GIB = 1024
Cores = Annotated[float, Field(strict=True, ge=0.01, le=4096, allow_inf_nan=False)]
MemoryGib = Annotated[float, Field(strict=True, ge=0.01, le=65536, allow_inf_nan=False)]
StorageGib = Annotated[float, Field(strict=True, ge=0.01, le=1048576, allow_inf_nan=False)]
NetworkGbps = Annotated[float, Field(strict=True, ge=0.01, le=400, allow_inf_nan=False)]
Replicas = Annotated[int, Field(strict=True, ge=1, le=MOST_REPLICAS)]
Zones = Annotated[int, Field(strict=True, ge=1, le=6)]
StorageClass = Literal["standard", "ssd", "premium"]


@dataclass(frozen=True, slots=True)
class ReplicaSize:
    """What one replica gets: `cpu` in cores, `memory_mib` in MiB rounded down, `storage_gib` in GiB."""

    cpu: float
    memory_mib: int
    storage_gib: float

    @property
    def storage_mib(self) -> int:
        """The storage in MiB, rounded down."""
        return int(self.storage_gib * MIB_PER_GIB)


class ComponentSize(BaseModel):
    """A component's row.

    `cpu` in cores, `memory_gib` and `storage_gib` in GiB: the total over all replicas where `split` is
    divided, those of each replica where it is mirrored. `network_gbps` in Gbit/s of each machine it runs on.
    `replicas` run at least, `max_replicas` at most (autoscaling; equal where there is none), over `zones`
    distinct zones; with `quorum` they vote.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: Cores
    memory_gib: MemoryGib
    storage_gib: StorageGib
    storage_class: StorageClass
    network_gbps: NetworkGbps
    replicas: Replicas
    max_replicas: Replicas
    zones: Zones
    split: Split
    quorum: bool

    @property
    def replica(self) -> ReplicaSize:
        """One replica's share."""
        parts = self.parts
        return ReplicaSize(
            cpu=self.cpu / parts,
            memory_mib=int(self.memory_gib * MIB_PER_GIB / parts),
            storage_gib=self.storage_gib / parts,
        )

    @property
    def parts(self) -> int:
        """Into how many parts the row is split: 1 when every replica has the whole row."""
        return self.replicas if self.split is Split.divided else 1

    @property
    def copies(self) -> int:
        """How often the row exists: once, or once a replica when every replica has the whole row."""
        return self.replicas // self.parts
