"""What one pod asks of its node and what it may take."""

from dataclasses import dataclass

from stacks.derive.rule import GUIDE, OURS, ruled
from stacks.sizes import ComponentSize

# The guide's orchestrator: `requests.cpu: 500m`, `limits.cpu: 1000m`.
CPU_BURST = 2


@dataclass(frozen=True, slots=True)
class PodSettings:
    """Requests and limits of one pod: cores, and MiB of memory."""

    request_cores: float = ruled("the replica's share of the cores, in thousandths")
    limit_cores: float = ruled("twice the request", source=GUIDE)
    request_memory_mib: int = ruled("the replica's share of the memory")
    limit_memory_mib: int = ruled("the request: memory that is promised twice ends in a killed pod", source=OURS)


def pod_settings(size: ComponentSize) -> PodSettings:
    """One pod of a component of that size.

    The guide's manifest also lets memory burst to twice the request; here the table's memory is reserved, so
    that all pods can take theirs at once.
    """
    # Rounded down, so that all replicas together stay within the row.
    cores = int(size.replica.cpu * 1000 + 1e-6) / 1000
    memory_mib = size.replica.memory_mib
    return PodSettings(
        request_cores=cores,
        limit_cores=CPU_BURST * cores,
        request_memory_mib=memory_mib,
        limit_memory_mib=memory_mib,
    )
