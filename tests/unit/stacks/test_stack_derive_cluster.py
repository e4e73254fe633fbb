"""Derived settings of a cluster: each rule once, on the tiers' own rows and at its edges."""

import pytest

from stacks.components import Component
from stacks.derive.autoscaling import autoscaling_settings
from stacks.derive.disruption import disruption_settings
from stacks.derive.logs import log_settings
from stacks.derive.monitoring import BYTES_PER_SAMPLE, SCRAPE_INTERVAL_S, monitoring_settings, series_estimate
from stacks.derive.pod import pod_settings
from stacks.derive.quota import JOBS, quota_settings
from stacks.derive.rate_limit import rate_limits
from stacks.derive.rollout import rollout_settings
from stacks.derive.storage_need import storage_need
from stacks.derive.vectors import memory_capacity, vector_settings
from stacks.tiers import TIERS

MINIMUM, ENTERPRISE = TIERS["minimum"].sizes, TIERS["enterprise"].sizes


def test_the_guides_orchestrator_rolls_out_as_in_the_guide() -> None:
    rollout = rollout_settings(MINIMUM[Component.orchestrator])
    assert (rollout.max_surge, rollout.max_unavailable) == (2, 1)


def test_a_single_replica_is_replaced_before_it_is_stopped() -> None:
    rollout = rollout_settings(MINIMUM[Component.embeddings])
    assert (rollout.max_surge, rollout.max_unavailable) == (1, 0)


def test_a_divided_row_is_split_and_a_mirrored_one_is_not() -> None:
    gateway, vectors = pod_settings(MINIMUM[Component.gateway]), pod_settings(ENTERPRISE[Component.vectors])
    assert (gateway.request_cores, gateway.request_memory_mib) == (0.666, 1365)
    assert (vectors.request_cores, vectors.request_memory_mib) == (16, 64 * 1024)
    assert gateway.limit_cores == 2 * gateway.request_cores
    assert gateway.limit_memory_mib == gateway.request_memory_mib


def test_a_service_scales_from_its_replicas_to_twice_as_many_and_a_store_does_not_scale() -> None:
    settings = autoscaling_settings(ENTERPRISE[Component.orchestrator])
    assert settings is not None
    assert (settings.min_replicas, settings.max_replicas, settings.target_cpu_percent) == (5, 10, 70)
    assert autoscaling_settings(ENTERPRISE[Component.messages]) is None


@pytest.mark.parametrize(
    ("component", "replicas", "spare"),
    [
        (Component.messages, 1, 1),
        (Component.messages, 3, 1),
        (Component.messages, 5, 2),
        (Component.database, 2, 1),
        (Component.cache, 3, 1),
        (Component.gateway, 3, 1),
        (Component.gateway, 8, 2),
        (Component.gateway, 1, 1),
    ],
)
def test_a_drain_may_take_what_the_component_can_spare(component: Component, replicas: int, spare: int) -> None:
    budget = disruption_settings(ENTERPRISE[component].model_copy(update={"replicas": replicas}))
    assert (budget.max_unavailable, budget.min_available) == (spare, replicas - spare)


def test_the_quota_counts_the_most_replicas_the_surge_and_two_jobs() -> None:
    sizes = {component: ENTERPRISE[component] for component in (Component.tools, Component.messages)}
    tools, messages = pod_settings(ENTERPRISE[Component.tools]), pod_settings(ENTERPRISE[Component.messages])
    quota = quota_settings(sizes)
    assert quota.pods == 6 + 2 + 3 + JOBS
    assert quota.request_memory_mib == (6 + 2 + JOBS) * tools.request_memory_mib + 3 * messages.request_memory_mib
    assert (quota.volumes, quota.volume_storage_gib) == (3, 300)


def test_rate_limits_are_the_guides_for_a_client_and_the_cores_for_all() -> None:
    limits = rate_limits(MINIMUM[Component.gateway])
    assert (limits.client_per_minute, limits.replica_per_minute, limits.total_per_minute) == (100, 4000, 12_000)
    tiny = MINIMUM[Component.gateway].model_copy(update={"cpu": 0.15})
    assert rate_limits(tiny).replica_per_minute >= limits.client_per_minute


def test_metrics_are_kept_for_as_many_days_as_the_disk_holds_their_samples() -> None:
    size = MINIMUM[Component.monitoring]
    settings = monitoring_settings(size, MINIMUM)
    samples = settings.retention_days * 86_400 // SCRAPE_INTERVAL_S * series_estimate(MINIMUM)
    used_gib = samples * BYTES_PER_SAMPLE / 1024**3
    assert used_gib <= settings.retention_size_mib / 1024 == size.storage_gib * 4 / 5
    assert settings.retention_days >= 15
    assert settings.series_capacity > settings.series_estimate


def test_more_watched_replicas_mean_more_series_and_fewer_days() -> None:
    size = MINIMUM[Component.monitoring]
    more = {**MINIMUM, Component.gateway: MINIMUM[Component.gateway].model_copy(update={"max_replicas": 60})}
    few, many = monitoring_settings(size, MINIMUM), monitoring_settings(size, more)
    assert many.series_estimate > few.series_estimate
    assert many.retention_days < few.retention_days


def test_logs_fill_four_fifths_of_their_disk() -> None:
    assert log_settings(MINIMUM[Component.logging]).retention_size_mib == 100 * 1024 * 4 // 5


def test_vectors_are_bounded_by_memory_and_by_disk() -> None:
    size = MINIMUM[Component.vectors]
    assert vector_settings(size).vector_capacity == memory_capacity(size)
    small = size.model_copy(update={"storage_gib": 6.0})
    assert vector_settings(small).vector_capacity == 1024**2 < memory_capacity(size)


def test_both_tiers_have_the_disk_that_their_memory_needs() -> None:
    for tier in TIERS.values():
        for component, size in tier.sizes.items():
            need = storage_need(component, size)
            assert need is None or size.storage_gib >= need.gib, component
