"""What has to run: the pods of a component, and one of them."""

from dataclasses import dataclass
from math import ceil

MILLICORES = 1000


@dataclass(frozen=True, slots=True)
class Replica:
    """One pod of `component`, the `number`th from 0; in millicores, MiB, and GiB of the node's own disk."""

    component: str
    number: int
    millicores: int
    memory_mib: int
    disk_gib: float
    zone_bound: bool

    @property
    def name(self) -> str:
        """The pod's name in the evidence."""
        return f"{self.component}-{self.number}"


@dataclass(frozen=True, slots=True)
class Pod:
    """The pods of one component: what each asks, how many there are, and how they stand over zones.

    `cpu` in cores, `storage_gib` of one pod: a volume of its zone where `zone_bound`, else the node's own
    disk. They must stand in `zones_to_span` zones. Of those with `quorum` a majority must outlive a zone.
    A `daemon` runs once on every node and has no replicas. Its nodes need `network_gbps`.
    """

    component: str
    cpu: float
    memory_mib: int
    storage_gib: float
    replicas: int
    zones_to_span: int
    daemon: bool
    zone_bound: bool = False
    quorum: bool = False
    network_gbps: float = 1.0

    @property
    def millicores(self) -> int:
        """Cores of one pod in thousandths, rounded up."""
        return ceil(round(self.cpu * MILLICORES, 6))

    @property
    def description(self) -> str:
        """What one pod asks, in one phrase."""
        return f"{self.cpu:g} cores and {self.memory_mib} MiB in one pod"

    def each(self) -> list[Replica]:
        """Every pod; none of a daemon, which counts against its node instead."""
        disk_gib = 0.0 if self.zone_bound else self.storage_gib
        return [
            Replica(self.component, number, self.millicores, self.memory_mib, disk_gib, self.zone_bound)
            for number in range(0 if self.daemon else self.replicas)
        ]
