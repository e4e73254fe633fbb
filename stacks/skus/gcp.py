"""What a node of GKE keeps for itself.

Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes, read 2026-11-22;
the figures of the disk were not compared with it.
"""

from math import inf

from stacks.skus.reserved import Reserved, stepped
from stacks.skus.sku import MIB_PER_GIB, Sku

CPU_STEPS = ((1, 0.06), (2, 0.01), (4, 0.005), (inf, 0.0025))
MEMORY_STEPS_GIB = ((4, 0.25), (8, 0.20), (16, 0.10), (128, 0.06), (inf, 0.02))
EVICTION_MIB = 100
MOST_PODS = 110

DISK_EVICTION = 0.10
DISK_SYSTEM_SHARE = 0.50
DISK_SYSTEM_BASE_GIB = 6
DISK_SYSTEM_SLOPE = 0.35
DISK_SYSTEM_MOST_GIB = 100


def max_pods(sku: Sku) -> int:
    """Pods at most: GKE's default for Standard clusters, the same for every type."""
    return sku.max_pods or MOST_PODS


def reserved(sku: Sku) -> Reserved:
    """The kubelet's share and the eviction threshold."""
    memory_mib = stepped(sku.memory_gib, MEMORY_STEPS_GIB) * MIB_PER_GIB
    return Reserved(stepped(sku.vcpu, CPU_STEPS), memory_mib + EVICTION_MIB)


def disk_reserved_gib(disk_gib: float) -> float:
    """GiB of a node's boot disk that pods cannot have."""
    by_size = DISK_SYSTEM_BASE_GIB + DISK_SYSTEM_SLOPE * disk_gib
    return disk_gib * DISK_EVICTION + min(DISK_SYSTEM_SHARE * disk_gib, by_size, DISK_SYSTEM_MOST_GIB)
