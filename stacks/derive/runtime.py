"""The runtime's limits: executions at a time, threads of the embedding model."""

from dataclasses import dataclass

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize

# An execution mostly waits for its model; a core keeps sixteen busy. Each holds its conversation and the
# passages it found.
SLOTS_PER_CORE = 16
SLOT_MIB = 16
ORCHESTRATOR_BASE_MIB = 144
LEAST_SLOTS = 1
MOST_SLOTS = 64


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """Limits of ONE replica: executions at a time, embedding threads."""

    worker_slots: int = ruled("16 a core of the orchestrator, and 16 MiB each beside its 144 MiB; from 1 to 64")
    embedding_threads: int = ruled("the whole cores of the embedding service, at least 1")


def worker_slots(orchestrator: ComponentSize) -> int:
    """Executions that one orchestrator replica runs at a time: what its cores and memory both allow."""
    by_cpu = round(orchestrator.replica.cpu * SLOTS_PER_CORE)
    by_memory = (orchestrator.replica.memory_mib - ORCHESTRATOR_BASE_MIB) // SLOT_MIB
    return max(LEAST_SLOTS, min(by_cpu, by_memory, MOST_SLOTS))


def runtime_settings(orchestrator: ComponentSize, embeddings: ComponentSize) -> RuntimeSettings:
    """The limits that follow from the sizes of the orchestrator and of the embedding service."""
    return RuntimeSettings(
        worker_slots=worker_slots(orchestrator),
        embedding_threads=max(1, int(embeddings.replica.cpu)),
    )
