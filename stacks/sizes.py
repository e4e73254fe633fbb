"""The size of one component."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Strict: YAML's `yes` must not become 1 replica, nor "8" eight cores. The upper bounds only keep absurd
# numbers out of later arithmetic; they are well above the largest machine any target offers.
Cores = Annotated[float, Field(strict=True, ge=0.01, le=4096, allow_inf_nan=False)]
MemoryGib = Annotated[float, Field(strict=True, ge=0.01, le=65536, allow_inf_nan=False)]
StorageGib = Annotated[float, Field(strict=True, ge=0.01, le=1048576, allow_inf_nan=False)]
NetworkGbps = Annotated[float, Field(strict=True, gt=0, le=400, allow_inf_nan=False)]
Replicas = Annotated[int, Field(strict=True, ge=1, le=100)]


class ComponentSize(BaseModel):
    """What a component gets in total, over all its replicas.

    `cpu` in cores, `memory_gib` and `storage_gib` in GiB, `network_gbps` in Gbit/s of each
    machine it runs on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu: Cores
    memory_gib: MemoryGib
    storage_gib: StorageGib
    network_gbps: NetworkGbps
    replicas: Replicas

    @property
    def cpu_per_replica(self) -> float:
        """Cores of one replica: the total split evenly."""
        return self.cpu / self.replicas

    @property
    def memory_mib_per_replica(self) -> int:
        """Memory of one replica in MiB, rounded down: the total split evenly."""
        return int(self.memory_gib * 1024 / self.replicas)

    @property
    def storage_mib_per_replica(self) -> int:
        """Storage of one replica in MiB, rounded down: the total split evenly."""
        return int(self.storage_gib * 1024 / self.replicas)
