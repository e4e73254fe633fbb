"""Derived settings: the guide's values where it gives them, and budgets that hold for every size."""

from hypothesis import given
from hypothesis import strategies as st
from stack_strategies import sizes

from stacks.components import Component
from stacks.derive.cache import cache_settings
from stacks.derive.connections import LEAST_POOL, POOL_WEIGHTS, connection_budget
from stacks.derive.messages import message_settings
from stacks.derive.postgres import GUIDE_MAX_CONNECTIONS, least_memory_mib, max_connections, postgres_settings
from stacks.derive.runtime import runtime_settings
from stacks.derive.vectors import vector_settings
from stacks.sizes import ComponentSize
from stacks.tiers import TIERS

MINIMUM = TIERS["minimum"].sizes


def test_the_guides_row_gives_the_guides_postgres_settings_but_a_work_mem_that_fits() -> None:
    parameters = dict(postgres_settings(MINIMUM[Component.database]).parameters())
    assert parameters == {
        "shared_buffers": "4096MB",
        "effective_cache_size": "12288MB",
        "work_mem": "20MB",
        "maintenance_work_mem": "1024MB",
        "wal_buffers": "16MB",
        "max_wal_size": "4096MB",
        "min_wal_size": "1024MB",
        "max_connections": "200",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
        "shared_preload_libraries": "pg_stat_statements",
    }


@given(sizes())
def test_postgres_never_plans_more_memory_than_its_size(size: ComponentSize) -> None:
    settings = postgres_settings(size)
    sorting = settings.work_mem_mib * settings.max_connections
    # Three autovacuum workers and one person may each use maintenance_work_mem.
    maintenance = 4 * settings.maintenance_work_mem_mib
    planned = settings.shared_buffers_mib + settings.wal_buffers_mib + sorting + maintenance
    assert planned <= size.replica.memory_mib


@given(sizes())
def test_postgres_settings_stay_inside_what_the_server_accepts_and_the_guide_gives(size: ComponentSize) -> None:
    settings = postgres_settings(size)
    assert 4 <= settings.work_mem_mib <= 256
    assert 24 <= settings.max_connections <= 200
    assert 32 <= settings.min_wal_size_mib <= settings.max_wal_size_mib <= 4096
    assert settings.max_wal_size_mib <= size.replica.storage_mib / 8
    assert settings.wal_buffers_mib <= settings.shared_buffers_mib / 8


@given(st.integers(1, 400))
def test_the_least_memory_for_connections_allows_them_and_one_mib_less_does_not(connections: int) -> None:
    reached = min(connections, GUIDE_MAX_CONNECTIONS)
    least = least_memory_mib(connections)
    assert max_connections(least) >= reached
    if reached > 1:
        assert max_connections(least - 1) < reached


@given(st.integers(1, 400), st.fixed_dictionaries({name: st.integers(1, 40) for name in POOL_WEIGHTS}))
def test_full_pools_of_all_replicas_and_the_margin_never_exceed_postgres(
    limit: int, replicas: dict[Component, int]
) -> None:
    budget = connection_budget(limit, replicas)
    least = budget.margin + LEAST_POOL * sum(replicas.values())
    assert all(pool >= LEAST_POOL for pool in budget.pools.values())
    assert budget.fits == (least <= limit)
    if budget.fits:
        assert budget.total <= limit


def test_both_tiers_fit_their_connections() -> None:
    for tier in TIERS.values():
        limit = postgres_settings(tier.sizes[Component.database]).max_connections
        assert connection_budget(limit, {name: tier.sizes[name].replicas for name in POOL_WEIGHTS}).fits


@given(sizes(), st.integers(1, 5))
def test_store_limits_stay_below_the_size_of_one_server(size: ComponentSize, replicas: int) -> None:
    one = size.model_copy(update={"replicas": replicas})
    memory_mib, storage_mib = one.replica.memory_mib, one.replica.storage_mib
    assert cache_settings(one).maxmemory_mib < memory_mib
    messages = message_settings(one)
    assert messages.max_memory_mib < messages.gomemlimit_mib < memory_mib
    assert messages.max_file_mib < storage_mib
    vectors = vector_settings(one)
    assert vectors.gomemlimit_mib < memory_mib
    assert vectors.vector_capacity * 384 * 4 * 2 <= vectors.gomemlimit_mib * 1024 * 1024


@given(sizes(), sizes(), st.integers(1, 20))
def test_every_service_keeps_one_slot_and_one_thread(
    orchestrator: ComponentSize, embeddings: ComponentSize, replicas: int
) -> None:
    settings = runtime_settings(orchestrator.model_copy(update={"replicas": replicas}), embeddings)
    assert 1 <= settings.worker_slots <= 64
    assert 1 <= settings.embedding_threads <= max(1, embeddings.cpu)


def test_a_larger_orchestrator_never_gets_fewer_slots() -> None:
    small, large = TIERS["minimum"].sizes, TIERS["enterprise"].sizes
    slots = [runtime_settings(t[Component.orchestrator], t[Component.embeddings]).worker_slots for t in (small, large)]
    assert slots == sorted(slots)
