"""The namespace's ResourceQuota and LimitRange: all that the tables allow at one time, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.components import Component
from stacks.derive.pod import CPU_BURST, PodSettings, pod_settings
from stacks.derive.rollout import max_surge
from stacks.derive.rule import GUIDE, ruled
from stacks.sizes import ComponentSize

# The guide's namespace; its stores run in it too (`kubectl exec postgres-0 -n framework-agentes-ia`).
NAMESPACE = "framework-agentes-ia"
# A migration and a backup may run at one time; each is as large as a replica of the tool registry.
JOBS = 2
# What a container gets that says nothing: enough for a sidecar or a debugging shell.
DEFAULT_CORES = 0.1
DEFAULT_MEMORY_MIB = 128


@dataclass(frozen=True, slots=True)
class QuotaSettings:
    """A ResourceQuota: pods, cores, MiB of memory, GiB of disk, number of volumes."""

    pods: int = ruled("every component's most replicas, the surge of all rollouts at once, and 2 jobs")
    request_cores: float = ruled("the requests of those pods")
    limit_cores: float = ruled("the limits of those pods")
    request_memory_mib: int = ruled("the requests of those pods")
    limit_memory_mib: int = ruled("the limits of those pods")
    volumes: int = ruled("one for each replica of a store")
    volume_storage_gib: float = ruled("the storage of those volumes")
    ephemeral_storage_gib: float = ruled("the storage of the services' and jobs' pods")


@dataclass(frozen=True, slots=True)
class LimitRangeSettings:
    """A LimitRange for containers: what one gets that says nothing, and the most one may ask; cores and MiB."""

    max_cores: float = ruled("the largest pod's limit")
    max_memory_mib: int = ruled("the largest pod's limit")

    default_request_cores: float = ruled("fixed", DEFAULT_CORES)
    default_limit_cores: float = ruled("twice the request", CPU_BURST * DEFAULT_CORES, source=GUIDE)
    default_request_memory_mib: int = ruled("fixed", DEFAULT_MEMORY_MIB)
    default_limit_memory_mib: int = ruled("the request", DEFAULT_MEMORY_MIB)


def peak_pods(component: Component, size: ComponentSize) -> int:
    """The most pods of a component at one time. Stores replace theirs in place, services start new ones first."""
    return size.max_replicas + (0 if component.is_store else max_surge(size))


def quota_settings(sizes: Mapping[Component, ComponentSize]) -> QuotaSettings:
    """The quota of a namespace that holds the components in `sizes` (which has `tools`, or KeyError)."""
    pods = [(pod_settings(size), peak_pods(component, size)) for component, size in sizes.items()]
    pods.append((pod_settings(sizes[Component.tools]), JOBS))
    services = {component: size for component, size in sizes.items() if not component.is_store}
    volumes = [(size.replica.storage_gib, size.replicas) for component, size in sizes.items() if component.is_store]
    job_gib = JOBS * sizes[Component.tools].replica.storage_gib
    ephemeral = sum(size.replica.storage_gib * peak_pods(component, size) for component, size in services.items())
    return QuotaSettings(
        pods=sum(count for _, count in pods),
        request_cores=round(sum(pod.request_cores * count for pod, count in pods), 3),
        limit_cores=round(sum(pod.limit_cores * count for pod, count in pods), 3),
        request_memory_mib=sum(pod.request_memory_mib * count for pod, count in pods),
        limit_memory_mib=sum(pod.limit_memory_mib * count for pod, count in pods),
        volumes=sum(count for _, count in volumes),
        volume_storage_gib=round(sum(gib * count for gib, count in volumes), 2),
        ephemeral_storage_gib=round(ephemeral + job_gib, 2),
    )


def limit_range_settings(sizes: Mapping[Component, ComponentSize]) -> LimitRangeSettings:
    """The range of a namespace that holds the components in `sizes`, at least one."""
    pods: list[PodSettings] = [pod_settings(size) for size in sizes.values()]
    return LimitRangeSettings(
        max_cores=max(DEFAULT_CORES * CPU_BURST, *(pod.limit_cores for pod in pods)),
        max_memory_mib=max(DEFAULT_MEMORY_MIB, *(pod.limit_memory_mib for pod in pods)),
    )
