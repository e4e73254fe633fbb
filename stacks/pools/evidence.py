"""A chosen candidate as a pool, with the packing that shows that everything fits."""

from stacks.pools.candidate import Candidate, NodeTerms, PoolRule
from stacks.pools.node_pool import POOL_LABEL, NodeEvidence, NodePool, Taint, Utilisation, ZoneLoss
from stacks.pools.packing import PackedNode, Packing
from stacks.skus.allocatable import boot_disk_gib


def node_pool(rule: PoolRule, plan: Candidate, terms: NodeTerms) -> NodePool:
    """The pool of `plan`: its labels, its disk for the fullest node, the evidence and how much of it is used."""
    nodes = [node for _, packing in (("", plan.packing), *plan.losses) for node in packing]
    disk_gib = max(sum(replica.disk_gib for replica in node.replicas) for node in nodes)
    total = plan.count * plan.zones
    return NodePool(
        name=rule.name,
        sku=plan.sku,
        count_per_zone=plan.count,
        zones=terms.zones,
        labels={POOL_LABEL: rule.name},
        taints=(Taint(POOL_LABEL, rule.name, "NoSchedule"),) if rule.dedicated else (),
        disk_gib=boot_disk_gib(plan.sku.cloud, disk_gib),
        nodes=tuple(_node(node) for node in plan.packing),
        losses=tuple(_loss(plan.packing, zone, left) for zone, left in plan.losses),
        utilisation=Utilisation(
            cpu=sum(node.millicores for node in plan.packing) / (plan.room.millicores * total),
            memory=sum(node.memory_mib for node in plan.packing) / (plan.room.memory_mib * total),
        ),
    )


def _node(node: PackedNode) -> NodeEvidence:
    return NodeEvidence(
        node.zone, node.number, tuple(replica.name for replica in node.replicas), node.millicores, node.memory_mib
    )


def _loss(packing: Packing, zone: str, left: Packing) -> ZoneLoss:
    waiting = [r.name for node in packing if node.zone == zone for r in node.replicas if r.zone_bound]
    return ZoneLoss(zone, tuple(_node(node) for node in left), tuple(waiting))
