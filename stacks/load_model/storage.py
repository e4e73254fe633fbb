"""The disk a load fills."""

from collections.abc import Iterator, Mapping

from stacks.components import Component
from stacks.derive.monitoring import BYTES_PER_SAMPLE, SCRAPE_INTERVAL_S, series_estimate
from stacks.load_model.flow import Flow
from stacks.load_model.line import Line, plain
from stacks.load_model.load import Load
from stacks.load_model.rates import Rates
from stacks.sizes import ComponentSize

_GIB = 1024**3
_DAY_S = 86_400
# The shares of their disks that Prometheus and the log store may fill (stacks.derive).
_RETAINED_SHARE = 0.8

Sizes = Mapping[Component, ComponentSize]


def storage_lines(load: Load, flow: Flow, rates: Rates, rows: Sizes) -> Iterator[Line]:
    """One line for each component that keeps data; `rows` are the sizes that are watched."""
    yield _database(load, flow, rates)
    yield _chunks(Component.vectors, flow, rates)
    yield _blobs(load, rates)
    yield _messages(flow, rates)
    yield _metrics(load, rows)
    yield _logs(load, flow, rates)


def _database(load: Load, flow: Flow, rates: Rates) -> Line:
    assumed, disk = rates.assumed, rates.disk_bytes
    execution = disk["execution"].get(Component.database, 0.0)
    chunk = disk["chunk"].get(Component.database, 0.0)
    journal = load.tokens_per_execution * assumed.bytes_per_token.value * assumed.journal_copies.value
    growth = assumed.growth_factor.value
    data = flow.executions_kept * (execution + journal) + flow.chunks * chunk
    words = (
        f"({plain(flow.executions_kept)} executions x ({plain(execution)} B + {plain(journal)} B of tokens) + "
        f"{plain(flow.chunks)} chunks x {plain(chunk)} B) x {growth:g} for growth"
    )
    return Line(Component.database, "storage_gib", words, data * growth / _GIB)


def _chunks(component: Component, flow: Flow, rates: Rates) -> Line:
    chunk, growth = rates.disk_bytes["chunk"].get(component, 0.0), rates.assumed.growth_factor.value
    words = f"{plain(flow.chunks)} chunks x {plain(chunk)} B x {growth:g} for growth"
    return Line(component, "storage_gib", words, flow.chunks * chunk * growth / _GIB)


def _blobs(load: Load, rates: Rates) -> Line:
    each = load.tokens_per_document * rates.assumed.bytes_per_token.value
    growth = rates.assumed.growth_factor.value
    words = f"{plain(load.documents)} originals x {plain(each)} B x {growth:g} for growth"
    return Line(Component.knowledge, "storage_gib", words, load.documents * each * growth / _GIB)


def _messages(flow: Flow, rates: Rates) -> Line:
    size, hours = rates.assumed.message_bytes.value, rates.assumed.outage_hours.value
    executions = flow.per_s["execution"]
    words = f"{plain(executions)} executions/s x {plain(size)} B x {hours:g} h without workers"
    return Line(Component.messages, "storage_gib", words, executions * size * hours * 3600 / _GIB)


def _metrics(load: Load, rows: Sizes) -> Line:
    series = series_estimate(rows)
    samples = _DAY_S / SCRAPE_INTERVAL_S * load.retention_days
    words = f"{plain(series)} series x {plain(samples)} samples in {load.retention_days} days x {BYTES_PER_SAMPLE} B"
    gib = series * samples * BYTES_PER_SAMPLE / _GIB / _RETAINED_SHARE
    return Line(Component.monitoring, "storage_gib", f"{words}, in {_RETAINED_SHARE:g} of the disk", gib)


def _logs(load: Load, flow: Flow, rates: Rates) -> Line:
    assumed = rates.assumed
    operations = (flow.per_s["request"] + flow.per_s["execution"]) * assumed.average_share.value
    size = assumed.log_bytes_per_operation.value
    words = (
        f"{plain(operations)} operations/s on average x {plain(size)} B x {load.retention_days} days, "
        f"in {_RETAINED_SHARE:g} of the disk"
    )
    gib = operations * size * _DAY_S * load.retention_days / _GIB / _RETAINED_SHARE
    return Line(Component.logging, "storage_gib", words, gib)
