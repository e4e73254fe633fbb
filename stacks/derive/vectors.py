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
# The vector itself, its place in the index's commit log, and the object: a passage of text, its metadata and
# the inverted index over them.
DISK_BYTES_PER_VECTOR = 6 * 1024


@dataclass(frozen=True, slots=True)
class VectorSettings:
    """One Weaviate server's limits.

    `gomemlimit_mib` is Go's soft memory limit, `gomaxprocs` the threads that run Go code at once, and
    `vector_capacity` how many 384-number vectors the index holds in that memory.
    """

    gomemlimit_mib: int = ruled("4/5 of the memory")
    gomaxprocs: int = ruled("the cores, rounded up")
    vector_capacity: int = ruled("(GOMEMLIMIT - 128 MiB) / (384 numbers x 4 bytes x 2), and 6 KiB of storage each")


def memory_capacity(size: ComponentSize) -> int:
    """How many vectors one server's memory can index."""
    index_bytes = max(0, _gomemlimit_mib(size) - BASE_MIB) * 1024 * 1024
    return index_bytes // (VECTOR_BYTES * HNSW_FACTOR)


def vector_settings(size: ComponentSize) -> VectorSettings:
    """Four fifths of a server's memory for Go; the rest is for memory-mapped files and stacks."""
    storage_capacity = size.replica.storage_mib * 1024 * 1024 // DISK_BYTES_PER_VECTOR
    return VectorSettings(
        gomemlimit_mib=_gomemlimit_mib(size),
        gomaxprocs=max(1, ceil(size.replica.cpu)),
        vector_capacity=min(memory_capacity(size), storage_capacity),
    )


def _gomemlimit_mib(size: ComponentSize) -> int:
    return max(1, size.replica.memory_mib * 4 // 5)
