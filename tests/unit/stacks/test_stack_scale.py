"""The local target's scaling."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stack_strategies import stacks

from stacks.components import Component
from stacks.derive.connections import POOL_WEIGHTS, connection_budget
from stacks.derive.postgres import postgres_settings
from stacks.floors import FLOORS
from stacks.parse import parse
from stacks.problems import StackError
from stacks.scale import LocalScale, scale_to_machine
from stacks.schema import Stack
from stacks.targets import LocalTarget

MINIMUM = parse({"tier": "minimum", "target": {"kind": "local"}})

machines = st.tuples(st.integers(1, 256), st.floats(1, 2048), st.none() | st.floats(5, 100_000))


def scaled(stack: Stack, machine: tuple[int, float, float | None]) -> LocalScale:
    """`stack` on `machine`; machines that are refused are of no interest to the property."""
    try:
        return scale_to_machine(stack, *machine)
    except StackError:
        assume(False)
        raise


@given(stacks, machines)
def test_budgets_never_exceed_the_share_of_the_machine_nor_its_disk(
    stack: Stack, machine: tuple[int, float, float | None]
) -> None:
    scale = scaled(stack, machine)
    sizes = [entry.scaled for entry in scale.components.values()]
    assert isinstance(stack.target, LocalTarget)
    assert sum(size.memory_gib for size in sizes) <= machine[1] * stack.target.memory_share + 1e-6
    if machine[2] is not None:
        assert sum(size.storage_gib for size in sizes) <= machine[2] - stack.target.disk_reserve_gib + 1e-6


@given(stacks, machines)
def test_nothing_is_scaled_above_what_the_stack_asks_nor_below_its_floor(
    stack: Stack, machine: tuple[int, float, float | None]
) -> None:
    scale = scaled(stack, machine)
    for component, entry in scale.components.items():
        asked, got, floor = entry.requested, entry.scaled, FLOORS[component]
        assert asked == stack.size(component)
        assert (got.cpu, got.memory_gib, got.storage_gib) <= (asked.cpu, asked.memory_gib, asked.storage_gib)
        assert got.memory_gib <= asked.memory_gib
        assert got.storage_gib <= asked.storage_gib
        assert 1 <= got.replicas <= asked.replicas
        assert got.memory_gib >= floor.memory_gib * got.replicas
        assert got.storage_gib >= floor.storage_gib


@given(stacks, machines)
def test_connections_fit_on_every_machine(stack: Stack, machine: tuple[int, float, float | None]) -> None:
    scale = scaled(stack, machine)
    limit = postgres_settings(scale.size(Component.database)).max_connections
    assert connection_budget(limit, {name: scale.size(name).replicas for name in POOL_WEIGHTS}).fits


def test_replicas_yield_where_the_scaled_database_allows_too_few_connections() -> None:
    many = {"replicas": 40, "cpu": 40, "memory_gib": 64}
    components = {"orchestrator": many, "gateway": many}
    stack = parse({"tier": "minimum", "target": {"kind": "local"}, "components": components})
    scale = scale_to_machine(stack, cores=256, memory_gib=16)
    limit = postgres_settings(scale.size(Component.database)).max_connections
    replicas = {name: scale.size(name).replicas for name in POOL_WEIGHTS}
    assert connection_budget(limit, replicas).fits
    assert not connection_budget(limit, {**replicas, Component.gateway: replicas[Component.gateway] + 1}).fits


def test_a_machine_as_large_as_the_tier_gets_the_tier() -> None:
    scale = scale_to_machine(MINIMUM, cores=64, memory_gib=512, disk_gib=4096)
    for component, entry in scale.components.items():
        assert entry.scaled == entry.requested, component
    assert (scale.cpu_factor, scale.memory_factor) == (1, 1)


def test_a_small_machine_runs_one_of_everything_and_says_by_how_much_it_shrank() -> None:
    scale = scale_to_machine(MINIMUM, cores=2, memory_gib=23.4, disk_gib=100)
    assert {entry.scaled.replicas for entry in scale.components.values()} == {1}
    assert scale.line == (
        "this machine has 2 cores and 23 GiB; the minimum tier asks 34 cores and 94 GiB: "
        "processes \N{MULTIPLICATION SIGN}0.06, memory \N{MULTIPLICATION SIGN}0.06"
    )


def test_the_line_says_when_overrides_changed_what_is_asked() -> None:
    stack = parse({"tier": "minimum", "target": {"kind": "local"}, "components": {"database": {"memory_gib": 20}}})
    assert (
        "the minimum tier with this stack's overrides asks 34 cores and 98 GiB" in scale_to_machine(stack, 2, 24).line
    )


def test_a_few_mib_less_after_a_restart_change_nothing() -> None:
    before, after = scale_to_machine(MINIMUM, 2, 23.47), scale_to_machine(MINIMUM, 2, 23.46)
    assert before.components == after.components


@pytest.mark.parametrize("memory_gib", [8, 7.7, 7.5])
def test_an_ordinary_laptop_with_8_gib_runs_the_minimum_tier_unchanged(memory_gib: float) -> None:
    assert scale_to_machine(MINIMUM, 4, memory_gib, 100).size(Component.database).memory_gib >= 0.25


def test_too_little_memory_names_the_share_that_would_do() -> None:
    with pytest.raises(StackError) as caught:
        scale_to_machine(MINIMUM, cores=2, memory_gib=4)
    (problem,) = caught.value.problems
    assert problem.key == "target.memory_share"
    assert problem.found == "0.25 of 4 GiB, which is 1.00 GiB"
    share = float(problem.mend.split(" to ")[1].split(",")[0])
    raised = parse({"tier": "minimum", "target": {"kind": "local", "memory_share": share}})
    assert scale_to_machine(raised, cores=2, memory_gib=4).memory_gib == 4


def test_a_machine_that_no_share_can_help_is_told_how_much_memory_it_takes() -> None:
    with pytest.raises(StackError, match=r"a machine with at least \d\.\d GiB"):
        scale_to_machine(MINIMUM, cores=1, memory_gib=1)


def test_too_small_a_disk_names_the_reserve_and_the_size_that_would_do() -> None:
    with pytest.raises(StackError) as caught:
        scale_to_machine(MINIMUM, cores=2, memory_gib=24, disk_gib=5)
    (problem,) = caught.value.problems
    assert problem.key == "target.disk_reserve_gib"
    least = float(problem.allowed.split("at least ")[1].split(" ")[0])
    assert scale_to_machine(MINIMUM, cores=2, memory_gib=24, disk_gib=least).cores == 2
