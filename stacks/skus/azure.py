"""What a node of AKS keeps for itself, from version 1.29 on.

Source: https://learn.microsoft.com/azure/aks/node-resource-reservations, read 2026-11-22. The page counts in
MB; here a MB is a MiB, which reserves slightly more.
"""

from math import inf

from stacks.skus.reserved import Reserved, stepped
from stacks.skus.sku import Sku

# The page's table (60 m for 1 core, 100 for 2, 140 for 4, 180 for 8, 260 for 16, 420 for 32, 740 for 64) as steps.
CPU_STEPS = ((1, 0.06), (2, 0.04), (4, 0.02), (inf, 0.01))
MEMORY_BASE_MIB = 50
MEMORY_PER_POD_MIB = 20
MEMORY_MOST_SHARE = 0.25
EVICTION_MIB = 100

# Ours to set, and paid for by the pod. The platform has few and large pods: 50 a node is more than it needs.
MOST_PODS = 50

DISK_EVICTION = 0.10


def max_pods(sku: Sku) -> int:
    """Pods at most: what the node pool is created with, the same for every type."""
    return sku.max_pods or MOST_PODS


def reserved(sku: Sku) -> Reserved:
    """The kubelet's share and the eviction threshold."""
    memory_mib = kube_reserved_mib(sku.memory_mib, max_pods(sku)) + EVICTION_MIB
    return Reserved(stepped(sku.vcpu, CPU_STEPS), memory_mib)


def kube_reserved_mib(memory_mib: float, pods: int) -> float:
    """MiB for the kubelet on a node of `memory_mib` that allows `pods`: by the pods, at most a quarter."""
    return min(MEMORY_PER_POD_MIB * pods + MEMORY_BASE_MIB, MEMORY_MOST_SHARE * memory_mib)


def disk_reserved_gib(disk_gib: float) -> float:
    """GiB of a node's disk that pods cannot have."""
    return disk_gib * DISK_EVICTION
