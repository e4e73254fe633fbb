"""A pool of equal nodes, with the evidence that everything fits."""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.skus.sku import Sku

POOL_LABEL = "andamio/pool"


@dataclass(frozen=True, slots=True)
class Taint:
    """A taint of every node of a pool, in the words of Kubernetes."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class NodeEvidence:
    """One node, the pods on it by name, and what they ask of it in millicores and MiB."""

    zone: str
    number: int
    pods: tuple[str, ...]
    millicores: int
    memory_mib: int


@dataclass(frozen=True, slots=True)
class ZoneLoss:
    """The nodes that are left without `zone`, with the pods that moved to them, and the pods that wait for it."""

    zone: str
    nodes: tuple[NodeEvidence, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How much of what pods can have of all nodes is asked: shares from 0 to 1."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class NodePool:
    """`count_per_zone` nodes of type `sku` in each of `zones`, with `disk_gib` of disk each.

    `nodes` is the packing; `losses` has one entry a zone where the pool was sized to outlive one.
    """

    name: str
    sku: Sku
    count_per_zone: int
    zones: tuple[str, ...]
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    disk_gib: int
    nodes: tuple[NodeEvidence, ...]
    losses: tuple[ZoneLoss, ...]
    utilisation: Utilisation

    @property
    def node_count(self) -> int:
        """Nodes in all zones together."""
        return self.count_per_zone * len(self.zones)

    @property
    def vcpu(self) -> int:
        """vCPU of all nodes."""
        return self.node_count * self.sku.vcpu

    @property
    def memory_gib(self) -> float:
        """Memory of all nodes in GiB."""
        return self.node_count * self.sku.memory_gib
