"""Pods on nodes: first-fit decreasing in each zone, and what happens when a zone is lost. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from stacks.pools.pod import Pod, Replica


@dataclass(frozen=True, slots=True)
class Room:
    """What the pods of a pool can have of one node, after its daemons."""

    millicores: int
    memory_mib: int
    pods: int

    def share(self, replica: Replica) -> float:
        """The larger of the two shares of this room that `replica` takes."""
        return max(replica.millicores / self.millicores, replica.memory_mib / self.memory_mib)

    def holds(self, replica: Replica) -> bool:
        """Whether `replica` fits on a node of its own."""
        return self.pods > 0 and replica.millicores <= self.millicores and replica.memory_mib <= self.memory_mib


@dataclass(slots=True)
class PackedNode:
    """One node of the packing and the pods on it."""

    zone: str
    number: int
    room: Room
    replicas: list[Replica] = field(default_factory=list)

    @property
    def millicores(self) -> int:
        """What its pods ask of its cores."""
        return sum(replica.millicores for replica in self.replicas)

    @property
    def memory_mib(self) -> int:
        """What its pods ask of its memory."""
        return sum(replica.memory_mib for replica in self.replicas)

    def has(self, component: str) -> bool:
        """Whether a pod of `component` is here."""
        return any(replica.component == component for replica in self.replicas)

    def takes(self, replica: Replica) -> bool:
        """Whether `replica` still fits here; two pods of one store never share a node."""
        return (
            len(self.replicas) < self.room.pods
            and self.millicores + replica.millicores <= self.room.millicores
            and self.memory_mib + replica.memory_mib <= self.room.memory_mib
            and not (replica.zone_bound and self.has(replica.component))
        )


Packing = tuple[PackedNode, ...]


def by_zone(pods: Iterable[Pod], zones: Sequence[str], room: Room) -> Mapping[str, list[Replica]]:
    """Every pod in its zone: a component's pods evenly over the zones, the odd ones where there is least."""
    load = dict.fromkeys(zones, 0.0)
    spread: dict[str, list[Replica]] = {zone: [] for zone in zones}
    for pod in sorted(pods, key=lambda pod: (-pod.memory_mib, -pod.cpu, pod.component)):
        here = dict.fromkeys(zones, 0)
        for replica in pod.each():
            zone = min(zones, key=lambda zone: (here[zone], load[zone], zones.index(zone)))
            here[zone] += 1
            load[zone] += room.share(replica)
            spread[zone].append(replica)
    return spread


def pack(spread: Mapping[str, list[Replica]], count: int, room: Room) -> Packing | None:
    """Every pod on one of `count` nodes of its zone; None when that is too few."""
    nodes = [PackedNode(zone, number, room) for zone in spread for number in range(count)]
    for zone, replicas in spread.items():
        if not _place(replicas, [node for node in nodes if node.zone == zone]):
            return None
    return tuple(nodes)


def without(packing: Packing, zone: str) -> Packing | None:
    """The packing after `zone` is lost; None when its pods find no room elsewhere.

    The pods of the other zones stay where they are, as they would: Kubernetes moves no running pod to make
    room. Those bound to the lost zone by their volume wait for it.
    """
    left = [PackedNode(node.zone, node.number, node.room, list(node.replicas)) for node in packing if node.zone != zone]
    lost = [replica for node in packing if node.zone == zone for replica in node.replicas if not replica.zone_bound]
    return tuple(left) if _place(lost, left) else None


def _place(replicas: Iterable[Replica], nodes: Sequence[PackedNode]) -> bool:
    """Put each of `replicas`, largest first, on the first node that takes it, one without its like before others."""
    room = nodes[0].room if nodes else Room(1, 1, 0)
    for replica in sorted(replicas, key=lambda replica: (-room.share(replica), replica.name)):
        free = [node for node in nodes if node.takes(replica)]
        if not free:
            return False
        next((node for node in free if not node.has(replica.component)), free[0]).replicas.append(replica)
    return True
