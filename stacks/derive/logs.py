"""The log store's limits."""

from dataclasses import dataclass

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize


@dataclass(frozen=True, slots=True)
class LogSettings:
    """One log store server: how much of its disk logs may take, in MiB; older ones are deleted first."""

    retention_size_mib: int = ruled("4/5 of the storage; the rest is for the write-ahead log and compaction")


def log_settings(size: ComponentSize) -> LogSettings:
    """Four fifths of one server's disk. How many days that is depends on how much is logged."""
    return LogSettings(retention_size_mib=max(1, size.replica.storage_mib * 4 // 5))
