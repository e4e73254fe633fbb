"""Weaviate's limits, and how many vectors a size holds."""

from dataclasses import dataclass
from math import ceil

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize

# multilingual-e5-small gives 384 numbers of 4 bytes. Weaviate's own rule of thumb for its HNSW index is twice
# the raw vectors.
VECTOR_BYTES = 384 * 4
HNSW_FACTOR = 2
# What the process takes before its first vector.
BASE_MIB = 128


@dataclass(frozen=True, slots=True)
class VectorSettings:
    """One Weaviate server's limits.

    `gomemlimit_mib` is Go's soft memory limit, `gomaxprocs` the threads that run Go code at once, and
    `vector_capacity` how many 384-number vectors the index holds in that memory.
    """

    gomemlimit_mib: int = ruled("4/5 of the memory")
    gomaxprocs: int = ruled("the cores, rounded up")
    vector_capacity: int = ruled("(GOMEMLIMIT - 128 MiB) / (384 numbers x 4 bytes x 2)")


def vector_settings(size: ComponentSize) -> VectorSettings:
    """Four fifths of a server's memory for Go; the rest is for memory-mapped files and stacks."""
    gomemlimit_mib = max(1, size.memory_mib_per_replica * 4 // 5)
    index_bytes = max(0, gomemlimit_mib - BASE_MIB) * 1024 * 1024
    return VectorSettings(
        gomemlimit_mib=gomemlimit_mib,
        gomaxprocs=max(1, ceil(size.cpu_per_replica)),
        vector_capacity=index_bytes // (VECTOR_BYTES * HNSW_FACTOR),
    )
