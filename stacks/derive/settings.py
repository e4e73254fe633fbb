"""Every derived record of a stack, by the name its values are explained under."""

from collections.abc import Iterator, Mapping

from stacks.components import Component
from stacks.derive.autoscaling import AutoscalingSettings, autoscaling_settings
from stacks.derive.cache import CacheSettings, cache_settings
from stacks.derive.disruption import DisruptionSettings, disruption_settings
from stacks.derive.logs import LogSettings, log_settings
from stacks.derive.messages import MessageSettings, message_settings
from stacks.derive.monitoring import MonitoringSettings, monitoring_settings
from stacks.derive.pod import PodSettings, pod_settings
from stacks.derive.postgres import PostgresSettings, postgres_settings
from stacks.derive.quota import (
    LimitRangeSettings,
    QuotaSettings,
    limit_range_settings,
    quota_settings,
)
from stacks.derive.rate_limit import RateLimits, rate_limits
from stacks.derive.rollout import RolloutSettings, rollout_settings
from stacks.derive.runtime import RuntimeSettings, runtime_settings
from stacks.derive.vectors import VectorSettings, vector_settings
from stacks.placement import Placement
from stacks.sizes import ComponentSize

Sizes = Mapping[Component, ComponentSize]
Record = (
    PostgresSettings
    | CacheSettings
    | MessageSettings
    | VectorSettings
    | MonitoringSettings
    | LogSettings
    | RuntimeSettings
    | RateLimits
    | PodSettings
    | AutoscalingSettings
    | RolloutSettings
    | DisruptionSettings
    | QuotaSettings
    | LimitRangeSettings
)


def settings_of(
    sizes: Sizes, placements: Mapping[Component, Placement], is_cluster: bool
) -> Iterator[tuple[str, Record]]:
    """(name, record) of what Andamio sets: nothing for components that are off or somebody else's."""
    ours = {c: size for c, size in sizes.items() if placements[c] in (Placement.managed, Placement.in_cluster)}
    yield from _servers(ours)
    yield "gateway", rate_limits(sizes[Component.gateway])
    yield "runtime", runtime_settings(sizes[Component.orchestrator], sizes[Component.embeddings])
    if is_cluster:
        yield from _cluster({c: size for c, size in ours.items() if placements[c] is Placement.in_cluster})


def _servers(ours: Sizes) -> Iterator[tuple[str, Record]]:
    if Component.database in ours:
        yield "postgres", postgres_settings(ours[Component.database])
    if Component.cache in ours:
        yield "valkey", cache_settings(ours[Component.cache])
    if Component.messages in ours:
        yield "nats", message_settings(ours[Component.messages])
    if Component.vectors in ours:
        yield "weaviate", vector_settings(ours[Component.vectors])
    if Component.monitoring in ours:
        yield "prometheus", monitoring_settings(ours[Component.monitoring], ours)
    if Component.logging in ours:
        yield "logs", log_settings(ours[Component.logging])


def _cluster(sizes: Sizes) -> Iterator[tuple[str, Record]]:
    for component, size in sizes.items():
        path = f"components.{component}"
        yield f"{path}.pod", pod_settings(size)
        autoscaling = autoscaling_settings(size)
        if autoscaling is not None:
            yield f"{path}.autoscaling", autoscaling
        if not component.is_store:
            yield f"{path}.rollout", rollout_settings(size)
        yield f"{path}.disruption", disruption_settings(size)
    yield "namespace.quota", quota_settings(sizes)
    yield "namespace.limit_range", limit_range_settings(sizes)
