"""What a load asks of each component, with the arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from stacks.components import Component
from stacks.derive.runtime import MOST_SLOTS, SLOTS_PER_CORE
from stacks.load_model.flow import Flow, flow_of
from stacks.load_model.line import Line, Quantity, plain
from stacks.load_model.load import Load
from stacks.load_model.memory import memory_lines
from stacks.load_model.rates import Operation, Rates
from stacks.load_model.storage import storage_lines
from stacks.tiers import MINIMUM, derived_max_replicas

# One process of these runs Python on one core at a time.
PYTHON = (Component.gateway, Component.orchestrator, Component.tools, Component.knowledge)
_BITS_PER_KIB_IN_GBIT = 8 * 1024 / 1e9
_SERVING = (Component.gateway, Component.orchestrator, Component.knowledge)


@dataclass(frozen=True)
class Demand:
    """The flow a load comes to and one line for each component and quantity it says something about."""

    load: Load
    flow: Flow
    lines: tuple[Line, ...]

    @cached_property
    def _values(self) -> Mapping[tuple[Component, Quantity], float]:
        found: dict[tuple[Component, Quantity], float] = {}
        for line in self.lines:
            key = (line.component, line.quantity)
            found[key] = max(found.get(key, 0.0), line.value)
        return found

    def says(self, component: Component, quantity: Quantity) -> bool:
        """Whether any line is about that quantity of the component."""
        return (component, quantity) in self._values

    def of(self, component: Component, quantity: Quantity) -> float:
        """The most that any line asks; 0 where none does."""
        return self._values.get((component, quantity), 0.0)


def demand_of(load: Load, rates: Rates) -> Demand:
    """The arithmetic for `load`, each component's lines together."""
    flow = flow_of(load, rates)
    cpu = list(_cpu_lines(load, flow, rates))
    replicas = list(_replica_lines(load, cpu, rates))
    rows = dict(MINIMUM.sizes)
    for line in replicas:
        count = max(rows[line.component].replicas, ceil(line.value))
        most = derived_max_replicas(line.component, count)
        rows[line.component] = rows[line.component].model_copy(update={"replicas": count, "max_replicas": most})
    storage = list(storage_lines(load, flow, rates, rows))
    disk_gib = next(line.value for line in storage if line.component is Component.database)
    database_gib = disk_gib / rates.assumed.growth_factor.value
    memory = list(memory_lines(load, flow, rates, rows, database_gib))
    network = list(_network_lines(flow, rates))
    order = list(Component)
    lines = sorted(cpu + replicas + memory + storage + network, key=lambda line: order.index(line.component))
    return Demand(load, flow, tuple(lines))


def _cpu_lines(load: Load, flow: Flow, rates: Rates) -> Iterator[Line]:
    busy = rates.assumed.utilisation.value
    for component in Component:
        parts: list[tuple[Operation, float, float]] = [
            (operation, per_s, rates.core_ms[operation].get(component, 0.0))
            for operation, per_s in flow.per_s.items()
            if rates.core_ms[operation].get(component, 0.0) > 0
        ]
        if not parts:
            continue
        cores = sum(per_s * core_ms for _, per_s, core_ms in parts) / 1000 / busy
        words = " + ".join(f"{plain(per_s)} {operation}s/s x {plain(ms)} ms" for operation, per_s, ms in parts)
        yield Line(component, "cpu", f"({words}) / {busy:g} busy", cores)
    slots = load.concurrent_executions / SLOTS_PER_CORE
    words = f"{load.concurrent_executions} executions at once / {SLOTS_PER_CORE} a core"
    yield Line(Component.orchestrator, "cpu", words, slots)


def _replica_lines(load: Load, cpu: list[Line], rates: Rates) -> Iterator[Line]:
    each = dict.fromkeys(PYTHON, 1.0) | {Component.embeddings: rates.assumed.embedding_cores.value}
    for component, most in each.items():
        cores = max((line.value for line in cpu if line.component is component), default=0.0)
        words = f"{plain(cores)} cores / {most:g} that one process can use, rounded up"
        yield Line(component, "replicas", words, max(1, ceil(cores / most)))
    words = f"{load.concurrent_executions} executions at once / {MOST_SLOTS} a process, rounded up"
    yield Line(Component.orchestrator, "replicas", words, max(1, ceil(load.concurrent_executions / MOST_SLOTS)))


def _network_lines(flow: Flow, rates: Rates) -> Iterator[Line]:
    kib = rates.assumed.request_kib.value
    operations = sum(flow.per_s.values())
    words = f"{plain(operations)} operations/s x {kib:g} KiB"
    for component in _SERVING:
        yield Line(component, "network_gbps", words, operations * kib * _BITS_PER_KIB_IN_GBIT)
