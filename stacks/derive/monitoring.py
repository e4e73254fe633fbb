"""Prometheus: how many series it will see, how many its memory holds, and how long its disk keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stacks.components import Component
from stacks.derive.rule import GUIDE, ruled
from stacks.sizes import MIB_PER_GIB, ComponentSize

PROMETHEUS = "Prometheus documentation, storage"

# The guide's `scrape_interval: 15s`.
SCRAPE_INTERVAL_S = 15
# Prometheus' manual: a sample takes 1 to 2 bytes on average; the larger, for head room.
BYTES_PER_SAMPLE = 2
# A series in the head block: its labels, its chunk and its place in the index.
BYTES_PER_SERIES = 8 * 1024
# The rest of the row is for alerts, dashboards and queries.
MEMORY_SHARE = 0.5
SECONDS_A_DAY = 86_400
# Beyond that, metrics belong in a long-term store.
MOST_RETENTION_DAYS = 400

# Series of one replica's own metrics; histograms by route make most of a service's. An estimate.
SERIES_PER_REPLICA: Mapping[Component, int] = MappingProxyType(
    {
        Component.gateway: 1500,
        Component.orchestrator: 2000,
        Component.tools: 1500,
        Component.knowledge: 1500,
        Component.database: 2500,
        Component.vectors: 3000,
        Component.cache: 500,
        Component.messages: 1000,
        Component.embeddings: 500,
        Component.monitoring: 2500,
        Component.logging: 1500,
    }
)
# What the kubelet and kube-state-metrics say about each pod, and the API server and nodes beside them.
SERIES_PER_POD = 250
SERIES_PER_CLUSTER = 30_000


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """One Prometheus server: its scrape interval in s, estimated and possible series, and its retention.

    Whichever of `retention_days` and `retention_size_mib` is reached first counts.
    """

    series_estimate: int = ruled("series of each component x its most replicas, 250 a pod, 30000 a cluster (estimate)")
    series_capacity: int = ruled("half of the memory / 8 KiB a series")
    retention_size_mib: int = ruled("4/5 of the storage; the rest is for the write-ahead log and compaction")
    retention_days: int = ruled(
        "retention_size / (series_estimate x 2 bytes x a day's samples), at most 400", source=PROMETHEUS
    )
    scrape_interval_s: int = ruled("fixed", SCRAPE_INTERVAL_S, source=GUIDE)


def series_estimate(sizes: Mapping[Component, ComponentSize]) -> int:
    """Series of the components in `sizes` at their most replicas, and of the cluster around them."""
    own = sum((SERIES_PER_REPLICA[component] + SERIES_PER_POD) * size.max_replicas for component, size in sizes.items())
    return SERIES_PER_CLUSTER + own


def monitoring_settings(size: ComponentSize, watched: Mapping[Component, ComponentSize]) -> MonitoringSettings:
    """The settings of each server of that size that watches all components in `watched`."""
    retention_mib = max(1, size.replica.storage_mib * 4 // 5)
    series = series_estimate(watched)
    bytes_a_day = series * BYTES_PER_SAMPLE * SECONDS_A_DAY // SCRAPE_INTERVAL_S
    days = retention_mib * MIB_PER_GIB**2 // bytes_a_day
    return MonitoringSettings(
        series_estimate=series,
        series_capacity=int(size.replica.memory_mib * MIB_PER_GIB**2 * MEMORY_SHARE / BYTES_PER_SERIES),
        retention_size_mib=retention_mib,
        retention_days=max(1, min(MOST_RETENTION_DAYS, days)),
    )
