"""The memory a load needs."""

from collections.abc import Iterator, Mapping

from stacks.components import Component
from stacks.derive.monitoring import BYTES_PER_SERIES, MEMORY_SHARE, series_estimate
from stacks.derive.runtime import ORCHESTRATOR_BASE_MIB, SLOT_MIB
from stacks.derive.vectors import BASE_MIB, HNSW_FACTOR, VECTOR_BYTES
from stacks.load_model.flow import Flow
from stacks.load_model.line import Line, plain
from stacks.load_model.load import Load
from stacks.load_model.rates import Rates
from stacks.sizes import ComponentSize

_KIB_PER_GIB = 1024**2
_MIB_PER_GIB = 1024
_GIB = 1024**3
# The shares of their memory that Weaviate's Go heap and Valkey's keys may take (stacks.derive).
_GO_SHARE = 0.8
_KEYS_SHARE = 0.6
# The guide's effective_cache_size.
_CACHED_SHARE = 0.75
_LIMIT_KEY_S = 90


def memory_lines(
    load: Load, flow: Flow, rates: Rates, rows: Mapping[Component, ComponentSize], database_gib: float
) -> Iterator[Line]:
    """One line a component; `rows` have the replicas of each, `database_gib` is the data PostgreSQL keeps."""
    for component in (Component.tools, Component.knowledge, Component.embeddings):
        yield _processes(component, rates, rows[component].replicas)
    yield _gateway(load, rates, rows[Component.gateway].replicas)
    yield _orchestrator(load, rates, rows[Component.orchestrator].replicas)
    yield _database(rates, database_gib)
    yield _vectors(flow)
    yield _cache(load, rates)
    yield _watched(rows)
    yield _processes(Component.messages, rates, 1)


def _processes(component: Component, rates: Rates, replicas: int) -> Line:
    idle, factor = rates.idle_mib.get(component, 0.0), rates.assumed.memory_factor.value
    words = f"{replicas} x {plain(idle)} MiB idle x {factor:g} under load"
    return Line(component, "memory_gib", words, replicas * idle * factor / _MIB_PER_GIB)


def _gateway(load: Load, rates: Rates, replicas: int) -> Line:
    base, kib = _processes(Component.gateway, rates, replicas), rates.assumed.stream_kib.value
    words = f"{base.arithmetic} + {load.concurrent_executions} streams x {kib:g} KiB"
    return Line(Component.gateway, "memory_gib", words, base.value + load.concurrent_executions * kib / _KIB_PER_GIB)


def _orchestrator(load: Load, rates: Rates, replicas: int) -> Line:
    mib = replicas * ORCHESTRATOR_BASE_MIB + load.concurrent_executions * SLOT_MIB
    factor = rates.assumed.memory_factor.value
    words = (
        f"({replicas} x {ORCHESTRATOR_BASE_MIB} MiB + {load.concurrent_executions} executions x {SLOT_MIB} MiB) "
        f"x {factor:g} under load"
    )
    return Line(Component.orchestrator, "memory_gib", words, mib * factor / _MIB_PER_GIB)


def _database(rates: Rates, data_gib: float) -> Line:
    hot, idle = rates.assumed.hot_share.value, rates.idle_mib.get(Component.database, 0.0)
    words = (
        f"{plain(data_gib)} GiB of data x {hot:g} read often, in {_CACHED_SHARE:g} of the memory, "
        f"+ {plain(idle)} MiB idle"
    )
    return Line(Component.database, "memory_gib", words, data_gib * hot / _CACHED_SHARE + idle / _MIB_PER_GIB)


def _vectors(flow: Flow) -> Line:
    each = VECTOR_BYTES * HNSW_FACTOR
    words = f"({plain(flow.chunks)} vectors x {each:,} B + {BASE_MIB} MiB), in {_GO_SHARE:g} of the memory"
    return Line(
        Component.vectors, "memory_gib", words, (flow.chunks * each / _GIB + BASE_MIB / _MIB_PER_GIB) / _GO_SHARE
    )


def _cache(load: Load, rates: Rates) -> Line:
    assumed = rates.assumed
    keys = load.requests_per_s * _LIMIT_KEY_S
    kib = keys * assumed.cache_key_bytes.value / 1024 + load.concurrent_executions * assumed.stream_kib.value
    words = (
        f"({plain(keys)} rate limits x {assumed.cache_key_bytes.value:g} B + {load.concurrent_executions} streams x "
        f"{assumed.stream_kib.value:g} KiB), in {_KEYS_SHARE:g} of the memory, "
        f"+ {plain(rates.idle_mib.get(Component.cache, 0.0))} MiB idle"
    )
    idle_gib = rates.idle_mib.get(Component.cache, 0.0) / _MIB_PER_GIB
    return Line(Component.cache, "memory_gib", words, kib / _KIB_PER_GIB / _KEYS_SHARE + idle_gib)


def _watched(rows: Mapping[Component, ComponentSize]) -> Line:
    series = series_estimate(rows)
    words = f"{plain(series)} series x {BYTES_PER_SERIES:,} B, in {MEMORY_SHARE:g} of the memory"
    return Line(Component.monitoring, "memory_gib", words, series * BYTES_PER_SERIES / _GIB / MEMORY_SHARE)
