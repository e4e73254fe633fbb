"""The guide's two sizing tables, every cell, and the replicas of each component.

Units: the guide writes GB and TB. Its own settings (`shared_buffers = 4GB -- 25% de la RAM` for the 16GB row)
and manifests (`2G` in compose, `2Gi` in Kubernetes for one service) use them as binary units, so here
1 GB is 1 GiB and 1 TB is 1024 GiB.

Replicas: gateway 3, orchestrator 5, tools 3 and knowledge 4 are the guide's compose file, for both tiers.
Its stores run once there, so once in `minimum`. In `enterprise` messages and vectors have 3 (the smallest
Raft group that survives a lost node), database and cache 2 (a primary and a standby), monitoring 2 (two
equal scrapers, so that an alert outlives one).

Embeddings is not in the guide's tables: its compose file has only `EMBEDDING_SERVICE_URL`. Its size is ours:
multilingual-e5-small, as shipped, answers 83-93 short queries/s on 2 threads; 2 GiB leave room for batches.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stacks.components import COMPONENT_NAMES, Component, ComponentName
from stacks.sizes import ComponentSize

__all__ = ["COMPONENT_NAMES", "TIERS", "Component", "ComponentName", "ComponentSize", "Tier", "TierName"]

TierName = Literal["minimum", "enterprise"]

GIB_PER_TIB = 1024


class Tier(BaseModel):
    """A named size of the whole platform: one `ComponentSize` for each component."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: TierName
    sizes: Mapping[Component, ComponentSize]

    @property
    def cpu(self) -> float:
        """Cores of all components together."""
        return sum(size.cpu for size in self.sizes.values())

    @property
    def memory_gib(self) -> float:
        """Memory of all components together, in GiB."""
        return sum(size.memory_gib for size in self.sizes.values())


def _size(cpu: float, memory_gib: float, storage_gib: float, network_gbps: float, replicas: int) -> ComponentSize:
    return ComponentSize(
        cpu=cpu, memory_gib=memory_gib, storage_gib=storage_gib, network_gbps=network_gbps, replicas=replicas
    )


MINIMUM = Tier(
    name="minimum",
    sizes=MappingProxyType(
        {
            #                            cores  GiB  GiB disk  Gbit/s  replicas
            Component.gateway: _size(2, 4, 20, 1, 3),
            Component.orchestrator: _size(4, 8, 50, 1, 5),
            Component.tools: _size(2, 4, 20, 1, 3),
            Component.knowledge: _size(8, 16, 100, 1, 4),
            Component.database: _size(4, 16, 500, 1, 1),
            Component.vectors: _size(8, 32, 1 * GIB_PER_TIB, 1, 1),
            Component.cache: _size(2, 8, 50, 1, 1),
            Component.messages: _size(2, 4, 50, 1, 1),
            Component.monitoring: _size(4, 8, 200, 1, 1),
            Component.embeddings: _size(2, 2, 5, 1, 1),
        }
    ),
)

ENTERPRISE = Tier(
    name="enterprise",
    sizes=MappingProxyType(
        {
            #                            cores  GiB  GiB disk  Gbit/s  replicas
            Component.gateway: _size(4, 8, 50, 10, 3),
            Component.orchestrator: _size(8, 16, 100, 10, 5),
            Component.tools: _size(4, 8, 50, 10, 3),
            Component.knowledge: _size(16, 32, 500, 10, 4),
            Component.database: _size(8, 32, 2 * GIB_PER_TIB, 10, 2),
            Component.vectors: _size(16, 64, 5 * GIB_PER_TIB, 10, 3),
            Component.cache: _size(4, 16, 100, 10, 2),
            Component.messages: _size(4, 8, 100, 10, 3),
            Component.monitoring: _size(8, 16, 1 * GIB_PER_TIB, 10, 2),
            Component.embeddings: _size(4, 4, 10, 10, 2),
        }
    ),
)

TIERS: Mapping[TierName, Tier] = MappingProxyType({"minimum": MINIMUM, "enterprise": ENTERPRISE})
