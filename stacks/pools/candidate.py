"""One type as a pool's candidate: how many of its nodes hold every pod."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from stacks.pools.packing import Packing, Room, by_zone, pack, without
from stacks.pools.pod import MILLICORES, Pod
from stacks.skus.allocatable import allocatable
from stacks.skus.sku import Architecture, Sku

# What a core weighs against memory in a node's size: the clouds ask about as much for it as for 8 GiB.
GIB_OF_A_CORE = 8


@dataclass(frozen=True, slots=True)
class PoolRule:
    """A pool's name, the fewest nodes it has in all, and whether its nodes take no other pods."""

    name: str
    least_nodes: int
    dedicated: bool


@dataclass(frozen=True, slots=True)
class NodeTerms:
    """What every pool of a cluster has to meet."""

    zones: tuple[str, ...]
    survive_zone: bool
    allow_burstable: bool
    architecture: Architecture | None = Architecture.x86_64


@dataclass(frozen=True, slots=True)
class Candidate:
    """A type, the room on one of its nodes, `count` nodes in each of `zones` zones, and what stands on them."""

    sku: Sku
    room: Room
    count: int
    packing: Packing
    losses: tuple[tuple[str, Packing], ...]
    zones: int

    @property
    def order(self) -> tuple[int, float, float, str]:
        """Fewest nodes first, then the smallest total, then no more network than is asked, then the name."""
        nodes = self.count * self.zones
        total = nodes * (self.sku.vcpu * GIB_OF_A_CORE + self.sku.memory_gib)
        return (nodes, total, self.sku.network_gbps or 0.0, self.sku.name)


def room_of(sku: Sku, daemons: Sequence[Pod]) -> Room:
    """What is left for pods on a node of type `sku` that runs `daemons`."""
    capacity = allocatable(sku)
    return Room(
        millicores=int(capacity.cpu * MILLICORES) - sum(daemon.millicores for daemon in daemons),
        memory_mib=capacity.memory_mib - sum(daemon.memory_mib for daemon in daemons),
        pods=capacity.pods - len(daemons),
    )


def candidate(
    sku: Sku, rule: PoolRule, pods: Sequence[Pod], daemons: Sequence[Pod], terms: NodeTerms, most_nodes: int | None
) -> Candidate | None:
    """The fewest nodes of this type that hold `pods`, at most `most_nodes` where that is given.

    None when a pod is too large for the type, or `most_nodes` are too few.
    """
    room, zones = room_of(sku, daemons), len(terms.zones)
    replicas = [replica for pod in pods for replica in pod.each()]
    if room.millicores <= 0 or room.memory_mib <= 0 or not all(room.holds(replica) for replica in replicas):
        return None
    cores = sum(replica.millicores for replica in replicas) / (room.millicores * zones)
    memory = sum(replica.memory_mib for replica in replicas) / (room.memory_mib * zones)
    least = max(ceil(rule.least_nodes / zones), ceil(cores), ceil(memory), ceil(len(replicas) / (room.pods * zones)))
    # With a node for each pod in every zone there is always room, also without one of the zones.
    most = min(max(least, len(replicas)), most_nodes // zones if most_nodes else len(replicas) + least)
    spread = by_zone(pods, terms.zones, room)
    for count in range(least, most + 1):
        packing = pack(spread, count, room)
        losses = _losses(packing, terms) if packing else None
        if packing and losses is not None:
            return Candidate(sku, room, count, packing, losses, zones)
    return None


def _losses(packing: Packing, terms: NodeTerms) -> tuple[tuple[str, Packing], ...] | None:
    """What is left without each zone; None when a zone's pods find no room elsewhere."""
    losses = []
    for zone in terms.zones if terms.survive_zone else ():
        left = without(packing, zone)
        if left is None:
            return None
        losses.append((zone, left))
    return tuple(losses)
