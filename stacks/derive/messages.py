"""NATS JetStream's limits."""

from dataclasses import dataclass

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """One NATS server's limits in MiB: streams in memory, streams on disk, and Go's soft memory limit."""

    max_memory_mib: int = ruled("a quarter of the memory")
    max_file_mib: int = ruled("4/5 of the storage")
    gomemlimit_mib: int = ruled("4/5 of the memory")


def message_settings(size: ComponentSize) -> MessageSettings:
    """A quarter of the memory for memory streams, four fifths of the disk for file streams.

    The platform's streams are on disk; memory is mostly for connections and Go's heap, whose soft limit is
    four fifths. The fifth of the disk that is left is for compaction, the log and the file system.
    """
    memory_mib = size.replica.memory_mib
    return MessageSettings(
        max_memory_mib=max(1, memory_mib // 4),
        max_file_mib=max(1, size.replica.storage_mib * 4 // 5),
        gomemlimit_mib=max(1, memory_mib * 4 // 5),
    )
