"""What pods can have of a node."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType

from stacks.skus import aws, azure, gcp
from stacks.skus.reserved import Reserved
from stacks.skus.sku import Architecture, Cloud, Sku

# A kernel sees less memory than is sold: firmware and hypervisor keep some. 7.5 % is what Karpenter assumes on
# AWS and on Azure (its setting vm-memory-overhead-percent); here it holds for all three clouds.
UNSEEN_MEMORY = 0.075
# Arm kernels of the node images set this aside for contiguous allocations, as Karpenter counts it too.
ARM_CONTIGUOUS_MIB = 64


@dataclass(frozen=True, slots=True)
class Allocatable:
    """A node's capacity for pods: cores, MiB, and how many pods."""

    cpu: float
    memory_mib: int
    pods: int


@dataclass(frozen=True, slots=True)
class _Rules:
    reserved: Callable[[Sku], Reserved]
    max_pods: Callable[[Sku], int]
    disk_reserved_gib: Callable[[float], float]


_RULES: Mapping[Cloud, _Rules] = MappingProxyType(
    {
        Cloud.aws: _Rules(aws.reserved, aws.max_pods, aws.disk_reserved_gib),
        Cloud.gcp: _Rules(gcp.reserved, gcp.max_pods, gcp.disk_reserved_gib),
        Cloud.azure: _Rules(azure.reserved, azure.max_pods, azure.disk_reserved_gib),
    }
)

# The disk of a node is bought in steps of this, and has at least this for the system and the images.
DISK_STEP_GIB = 10
IMAGES_GIB = 30


def allocatable(sku: Sku) -> Allocatable:
    """What pods can have of a node of this type, before the daemons that run on each node."""
    rules = _RULES[sku.cloud]
    kept = rules.reserved(sku)
    seen = sku.memory_mib - (ARM_CONTIGUOUS_MIB if sku.architecture is Architecture.arm64 else 0)
    memory_mib = seen - ceil(seen * UNSEEN_MEMORY) - kept.memory_mib
    return Allocatable(cpu=sku.vcpu - kept.cpu, memory_mib=max(0, int(memory_mib)), pods=rules.max_pods(sku))


def boot_disk_gib(cloud: Cloud, pods_gib: float) -> int:
    """The smallest disk of a node, in steps of DISK_STEP_GIB, with room for `pods_gib` and the images."""
    reserved = _RULES[cloud].disk_reserved_gib
    disk = DISK_STEP_GIB
    while disk - reserved(disk) < pods_gib + IMAGES_GIB:
        disk += DISK_STEP_GIB
    return disk
