"""The disk that a store's memory and settings will fill."""

from dataclasses import dataclass
from math import ceil

from stacks.components import Component
from stacks.derive.cache import cache_settings
from stacks.derive.postgres import GUIDE_MAX_WAL_MIB, WAL_SHARE, postgres_settings
from stacks.derive.vectors import DISK_BYTES_PER_VECTOR, memory_capacity
from stacks.sizes import ComponentSize

_MIB_PER_GIB = 1024


@dataclass(frozen=True, slots=True)
class StorageNeed:
    """The least storage of one replica in GiB, rounded up to a hundredth, and its reason."""

    gib: float
    reason: str


def storage_need(component: Component, size: ComponentSize) -> StorageNeed | None:
    """What `component` needs at this size; None for one whose memory says nothing about its disk."""
    if component is Component.vectors:
        vectors = memory_capacity(size)
        reason = f"its memory indexes {vectors} vectors, and each takes {DISK_BYTES_PER_VECTOR // 1024} KiB of disk"
        return StorageNeed(_up(vectors * DISK_BYTES_PER_VECTOR / 1024**3), reason)
    if component is Component.database:
        wal_mib = min(GUIDE_MAX_WAL_MIB, postgres_settings(size).shared_buffers_mib)
        reason = f"one checkpoint may write {wal_mib} MiB of log, which may take an eighth of the disk"
        return StorageNeed(_up(wal_mib * WAL_SHARE / _MIB_PER_GIB), reason)
    if component is Component.cache:
        keys_mib = cache_settings(size).maxmemory_mib
        reason = "the append-only file and its rewritten copy lie there together"
        return StorageNeed(_up(2 * keys_mib / _MIB_PER_GIB), reason)
    return None


def _up(gib: float) -> float:
    return ceil(gib * 100) / 100
