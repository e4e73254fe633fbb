"""What a load comes to in operations: how many a second, and how many are kept."""

from dataclasses import dataclass
from math import ceil

from stacks.load_model.line import plain
from stacks.load_model.load import Load
from stacks.load_model.rates import Operation, Rates

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Flow:
    """Operations a second at the peak, `per_s`, and what is kept: executions within the retention, chunks."""

    per_s: dict[Operation, float]
    executions_kept: float
    chunks: float
    steps: tuple[str, ...]


def flow_of(load: Load, rates: Rates) -> Flow:
    """The load as operations, with each step in words."""
    assumed = rates.assumed
    executions = load.concurrent_executions / load.execution_s
    share, days = assumed.average_share.value, load.retention_days
    kept = executions * share * _DAY_S * days
    each = ceil(load.tokens_per_document / assumed.tokens_per_chunk.value)
    chunks = float(load.documents * each)
    reindex_s = assumed.reindex_hours.value * 3600
    steps = (
        f"{load.concurrent_executions} executions at once, {load.execution_s:g} s each: "
        f"{plain(executions)} executions/s at the peak",
        f"{plain(executions)} executions/s x {share:g} on average x {days} days: {plain(kept)} executions kept",
        f"{plain(load.documents)} documents of {plain(load.tokens_per_document)} tokens, "
        f"{assumed.tokens_per_chunk.value:g} to a chunk: {plain(chunks)} chunks",
        f"all chunks anew within {assumed.reindex_hours.value:g} h, as after a change of the model: "
        f"{plain(chunks / reindex_s)} chunks/s",
    )
    per_s: dict[Operation, float] = {
        "request": load.requests_per_s,
        "execution": executions,
        "chunk": chunks / reindex_s,
    }
    return Flow(per_s, kept, chunks, steps)
