"""PostgreSQL's settings: the guide's, as shares of the memory, made safe where its fixed values are not.

The guide tunes its 16 GB row: shared_buffers 4 GB (25 %), effective_cache_size 12 GB (75 %),
maintenance_work_mem 1 GB (1/16), wal_buffers 16 MB, max_wal_size 4 GB, min_wal_size 1 GB and
max_connections 200.
Its work_mem of 256 MB times 200 connections is 50 GB, three times that memory. Here work_mem is what is left
beside shared_buffers, divided by the connections times three (a query sorts or hashes in several places).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from stacks.derive.rule import GUIDE, ruled
from stacks.sizes import ComponentSize

GUIDE_MAX_CONNECTIONS = 200
GUIDE_WORK_MEM_MIB = 256
GUIDE_WAL_BUFFERS_MIB = 16
GUIDE_MAX_WAL_MIB = 4096
GUIDE_MIN_WAL_MIB = 1024

# PostgreSQL's own default; below it even a small sort goes to disk.
LEAST_WORK_MEM_MIB = 4
# What an idle connection's process holds of its own: catalogue caches and stack.
CONNECTION_OVERHEAD_MIB = 4
SORTS_PER_CONNECTION = 3
# The log may take at most an eighth of the disk, so that a small disk is filled by data, not by log.
WAL_SHARE = 8


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """One PostgreSQL server's settings; sizes in MiB (PostgreSQL's "MB" is a MiB)."""

    shared_buffers_mib: int = ruled("25 % of the memory", source=GUIDE)
    effective_cache_size_mib: int = ruled("75 % of the memory", source=GUIDE)
    work_mem_mib: int = ruled("(memory - shared_buffers) / (max_connections x 3), from 4 to the guide's 256 MiB")
    maintenance_work_mem_mib: int = ruled("1/16 of the memory: 1 GB of 16 GB", source=GUIDE)
    wal_buffers_mib: int = ruled("an eighth of shared_buffers, at most the guide's 16 MiB")
    max_wal_size_mib: int = ruled("an eighth of the storage, at most the guide's 4 GiB")
    min_wal_size_mib: int = ruled("1/32 of the storage, at most the guide's 1 GiB")
    max_connections: int = ruled("(memory - shared_buffers) / 8 MiB, at most the guide's 200")
    checkpoint_completion_target: float = ruled("fixed", 0.9, source=GUIDE)
    random_page_cost: float = ruled("fixed, for SSD", 1.1, source=GUIDE)
    effective_io_concurrency: int = ruled("fixed, for SSD", 200, source=GUIDE)
    shared_preload_libraries: str = ruled("fixed", "pg_stat_statements", source=GUIDE)

    def parameters(self) -> Mapping[str, str]:
        """The settings by their names and in the notation of postgresql.conf (strings are not yet quoted)."""
        return {
            "shared_buffers": f"{self.shared_buffers_mib}MB",
            "effective_cache_size": f"{self.effective_cache_size_mib}MB",
            "work_mem": f"{self.work_mem_mib}MB",
            "maintenance_work_mem": f"{self.maintenance_work_mem_mib}MB",
            "wal_buffers": f"{self.wal_buffers_mib}MB",
            "max_wal_size": f"{self.max_wal_size_mib}MB",
            "min_wal_size": f"{self.min_wal_size_mib}MB",
            "max_connections": str(self.max_connections),
            "checkpoint_completion_target": str(self.checkpoint_completion_target),
            "random_page_cost": str(self.random_page_cost),
            "effective_io_concurrency": str(self.effective_io_concurrency),
            "shared_preload_libraries": self.shared_preload_libraries,
        }


def max_connections(memory_mib: int) -> int:
    """The guide's 200, or as many as fit beside shared_buffers with the least work_mem and overhead each."""
    beside_buffers = memory_mib - memory_mib // 4
    return min(GUIDE_MAX_CONNECTIONS, max(1, beside_buffers // (LEAST_WORK_MEM_MIB + CONNECTION_OVERHEAD_MIB)))


def least_memory_mib(connections: int) -> int:
    """The least memory, in MiB, with which `max_connections` reaches `connections` or the guide's 200."""
    beside_buffers = min(connections, GUIDE_MAX_CONNECTIONS) * (LEAST_WORK_MEM_MIB + CONNECTION_OVERHEAD_MIB)
    # The least m with m - m // 4 ≥ beside_buffers.
    return ceil((beside_buffers * 4 - 3) / 3)


def postgres_settings(size: ComponentSize) -> PostgresSettings:
    """One server's settings; shared_buffers and work_mem for every connection fit its memory together."""
    memory_mib = size.replica.memory_mib
    storage_mib = size.replica.storage_mib
    shared_buffers = memory_mib // 4
    connections = max_connections(memory_mib)
    per_sort = (memory_mib - shared_buffers) // (connections * SORTS_PER_CONNECTION)
    return PostgresSettings(
        shared_buffers_mib=shared_buffers,
        effective_cache_size_mib=memory_mib * 3 // 4,
        work_mem_mib=min(GUIDE_WORK_MEM_MIB, max(LEAST_WORK_MEM_MIB, per_sort)),
        maintenance_work_mem_mib=max(1, memory_mib // 16),
        wal_buffers_mib=max(1, min(GUIDE_WAL_BUFFERS_MIB, shared_buffers // 8)),
        max_wal_size_mib=min(GUIDE_MAX_WAL_MIB, storage_mib // WAL_SHARE),
        min_wal_size_mib=min(GUIDE_MIN_WAL_MIB, storage_mib // 32),
        max_connections=connections,
    )
