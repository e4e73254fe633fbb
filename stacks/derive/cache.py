"""Valkey's limits."""

from dataclasses import dataclass

from stacks.derive.rule import ruled
from stacks.sizes import ComponentSize


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """One Valkey server's limits; `maxmemory_mib` in MiB, `maxmemory_policy` as Valkey names it.

    Only keys with an expiry are evicted: caches and rate limits have one, wake-up streams do not.
    """

    maxmemory_mib: int = ruled("3/5 of the memory; the rest is for the fork that rewrites the append-only file")
    maxmemory_policy: str = ruled("evict only keys with an expiry", "volatile-lru")


def cache_settings(size: ComponentSize) -> CacheSettings:
    """Three fifths of a server's memory for keys.

    Rewriting the append-only file forks, and every page written meanwhile exists twice; clients' buffers and
    fragmentation come on top. Two fifths are left for them.
    """
    return CacheSettings(maxmemory_mib=max(1, size.replica.memory_mib * 3 // 5))
