"""What a node of EKS keeps for itself, by the formulas of its node images.

The formulas are those of the EKS AMI's bootstrap (awslabs/amazon-eks-ami), as Karpenter's AWS provider has
them; read there 2026-11-22, and compared with its table of allocatable resources by a test.
"""

from math import inf

from stacks.skus.reserved import Reserved, stepped
from stacks.skus.sku import Sku

CPU_STEPS = ((1, 0.06), (2, 0.01), (4, 0.005), (inf, 0.0025))
MEMORY_BASE_MIB = 255
MEMORY_PER_POD_MIB = 11
EVICTION_MIB = 100

# EKS advises no more than these, whatever the network could address; below 30 vCPU the first.
MOST_PODS_SMALL = 110
MOST_PODS_LARGE = 250
LARGE_VCPU = 30

DISK_EVICTION = 0.10
DISK_KUBE_GIB = 1


def max_pods(sku: Sku) -> int:
    """Pods at most: the addresses of the type's network interfaces, and no more than EKS advises."""
    advised = MOST_PODS_LARGE if sku.vcpu >= LARGE_VCPU else MOST_PODS_SMALL
    return min(advised, sku.max_pods or advised)


def reserved(sku: Sku) -> Reserved:
    """The kubelet's share: by the addresses of the type's interfaces, as the image computes it."""
    pods = sku.max_pods or max_pods(sku)
    return Reserved(stepped(sku.vcpu, CPU_STEPS), MEMORY_BASE_MIB + MEMORY_PER_POD_MIB * pods + EVICTION_MIB)


def disk_reserved_gib(disk_gib: float) -> float:
    """GiB of a node's disk that pods cannot have."""
    return disk_gib * DISK_EVICTION + DISK_KUBE_GIB
