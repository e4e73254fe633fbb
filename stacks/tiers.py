"""The guide's two sizing tables, every cell, and the replicas of each component.

Units: the guide writes GB and TB. Its own settings (`shared_buffers = 4GB -- 25% de la RAM` for the 16GB row)
and manifests (`2G` in compose, `2Gi` in Kubernetes for one service) use them as binary units, so here
1 GB is 1 GiB and 1 TB is 1024 GiB. Its tables say SSD in every row.

Replicas: gateway 3, orchestrator 5, tools 3 and knowledge 4 are the guide's compose file, for both tiers.
Its stores run once there, so once in `minimum`. In `enterprise` messages and vectors have 3 (the smallest
Raft group that survives a lost node), database and cache 2 (a primary and a standby), monitoring and logging 2
(two equals, so that an alert outlives one). Zones: one in `minimum`; in `enterprise` as many as there are
replicas, at most three, so that a lost zone takes no component with it.

Embeddings is not in the guide's tables: its compose file has only `EMBEDDING_SERVICE_URL`. Its size is ours:
multilingual-e5-small, as shipped, answers 83-93 short queries/s on 2 threads; 2 GiB leave room for batches.
Logging is only in the guide's picture; its size is ours too: half of monitoring's, logs being written in order
and rarely read.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stacks.components import COMPONENT_NAMES, Component, ComponentName
from stacks.sizes import MOST_REPLICAS, ComponentSize

__all__ = ["COMPONENT_NAMES", "TIERS", "Component", "ComponentName", "ComponentSize", "Tier", "TierName"]

TierName = Literal["minimum", "enterprise"]

GIB_PER_TIB = 1024
# The rows that are ours, for want of one in the guide.
OUR_ROWS = frozenset({Component.embeddings, Component.logging})
# How far a service may grow by itself.
AUTOSCALING_FACTOR = 2


class Tier(BaseModel):
    """A named size of the whole platform: one `ComponentSize` for each component."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: TierName
    sizes: Mapping[Component, ComponentSize]

    @property
    def cpu(self) -> float:
        """Cores of all rows together."""
        return sum(size.cpu for size in self.sizes.values())

    @property
    def memory_gib(self) -> float:
        """Memory of all rows together, in GiB."""
        return sum(size.memory_gib for size in self.sizes.values())


def derived_max_replicas(component: Component, replicas: int) -> int:
    """Twice the replicas of a service; a store does not scale by itself."""
    return replicas if component.is_store else min(MOST_REPLICAS, AUTOSCALING_FACTOR * replicas)


# (cores, memory GiB, storage GiB, network Gbit/s, replicas, zones)
Row = tuple[float, float, float, float, int, int]


def _tier(name: TierName, rows: Mapping[Component, Row]) -> Tier:
    return Tier(
        name=name, sizes=MappingProxyType({component: _size(component, row) for component, row in rows.items()})
    )


def _size(component: Component, row: Row) -> ComponentSize:
    cpu, memory_gib, storage_gib, network_gbps, replicas, zones = row
    return ComponentSize(
        cpu=cpu,
        memory_gib=memory_gib,
        storage_gib=storage_gib,
        storage_class="ssd",
        network_gbps=network_gbps,
        replicas=replicas,
        max_replicas=derived_max_replicas(component, replicas),
        zones=zones,
        split=component.sharing,
        quorum=component.quorum,
    )


MINIMUM = _tier(
    "minimum",
    {
        #                     cores  GiB  GiB disk  Gbit/s  replicas  zones
        Component.gateway: (2, 4, 20, 1, 3, 1),
        Component.orchestrator: (4, 8, 50, 1, 5, 1),
        Component.tools: (2, 4, 20, 1, 3, 1),
        Component.knowledge: (8, 16, 100, 1, 4, 1),
        Component.database: (4, 16, 500, 1, 1, 1),
        Component.vectors: (8, 32, 1 * GIB_PER_TIB, 1, 1, 1),
        Component.cache: (2, 8, 50, 1, 1, 1),
        Component.messages: (2, 4, 50, 1, 1, 1),
        Component.embeddings: (2, 2, 5, 1, 1, 1),
        Component.monitoring: (4, 8, 200, 1, 1, 1),
        Component.logging: (2, 4, 100, 1, 1, 1),
    },
)

ENTERPRISE = _tier(
    "enterprise",
    {
        #                     cores  GiB  GiB disk  Gbit/s  replicas  zones
        Component.gateway: (4, 8, 50, 10, 3, 3),
        Component.orchestrator: (8, 16, 100, 10, 5, 3),
        Component.tools: (4, 8, 50, 10, 3, 3),
        Component.knowledge: (16, 32, 500, 10, 4, 3),
        Component.database: (8, 32, 2 * GIB_PER_TIB, 10, 2, 2),
        Component.vectors: (16, 64, 5 * GIB_PER_TIB, 10, 3, 3),
        Component.cache: (4, 16, 100, 10, 2, 2),
        Component.messages: (4, 8, 100, 10, 3, 3),
        Component.embeddings: (4, 4, 10, 10, 2, 2),
        Component.monitoring: (8, 16, 1 * GIB_PER_TIB, 10, 2, 2),
        Component.logging: (4, 8, 512, 10, 2, 2),
    },
)

TIERS: Mapping[TierName, Tier] = MappingProxyType({"minimum": MINIMUM, "enterprise": ENTERPRISE})
