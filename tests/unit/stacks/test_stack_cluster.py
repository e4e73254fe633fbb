"""Stacks on a cluster: budgets of every valid stack, overrides, and what is told about them."""

import time
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack_strategies import anything, cluster_stacks, raw_cluster_stacks

from stacks.components import Component
from stacks.derive.connections import connection_budget, peak_replicas
from stacks.derive.disruption import disruption_settings
from stacks.derive.pod import pod_settings
from stacks.derive.postgres import postgres_settings
from stacks.derive.quota import limit_range_settings, peak_pods, quota_settings
from stacks.derive.storage_need import storage_need
from stacks.explain import Origin, explain
from stacks.parse import parse
from stacks.placement import Placement
from stacks.problems import StackError
from stacks.schema import Stack
from stacks.stack_file import read_file
from stacks.tiers import TIERS

valid = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
OURS = (Placement.managed, Placement.in_cluster)


@valid
@given(cluster_stacks)
def test_connections_fit_postgres_even_while_everything_is_scaled_out_and_rolled_out(stack: Stack) -> None:
    limit = postgres_settings(stack.size(Component.database)).max_connections
    assert connection_budget(limit, peak_replicas(stack.sizes(), is_cluster=True)).fits


@valid
@given(cluster_stacks)
def test_all_replicas_together_never_take_more_than_their_rows(stack: Stack) -> None:
    for component in stack.placed(*OURS):
        size = stack.size(component)
        share, pod = size.replica, pod_settings(size)
        replicas_in_row = 1 if component.is_store else size.replicas
        assert share.memory_mib * replicas_in_row <= size.memory_gib * 1024
        assert pod.request_cores * replicas_in_row <= size.cpu + 1e-9
        assert pod.limit_memory_mib == share.memory_mib
        need = storage_need(component, size)
        written = stack.components.get(component)
        if need is not None and written is not None:
            assert size.storage_gib >= need.gib


@valid
@given(cluster_stacks)
def test_the_quota_admits_every_pod_at_its_most_and_the_range_admits_the_largest(stack: Stack) -> None:
    sizes = {component: stack.size(component) for component in stack.placed(Placement.in_cluster)}
    quota, limits = quota_settings(sizes), limit_range_settings(sizes)
    pods = [(pod_settings(size), peak_pods(component, size)) for component, size in sizes.items()]
    assert quota.pods >= sum(count for _, count in pods)
    assert quota.limit_memory_mib >= sum(pod.limit_memory_mib * count for pod, count in pods)
    assert quota.limit_cores + 0.001 >= sum(pod.limit_cores * count for pod, count in pods)
    assert all(pod.limit_cores <= limits.max_cores for pod, _ in pods)
    assert all(pod.limit_memory_mib <= limits.max_memory_mib for pod, _ in pods)


@valid
@given(cluster_stacks)
def test_a_drain_never_takes_the_majority_of_voters_nor_all_of_several_replicas(stack: Stack) -> None:
    for component in stack.placed(*OURS):
        size, budget = stack.size(component), disruption_settings(stack.size(component))
        assert budget.min_available + budget.max_unavailable == size.replicas
        if size.replicas > 1:
            assert budget.min_available >= 1
        if size.quorum and size.replicas > 1:
            assert budget.min_available > size.replicas / 2


@valid
@given(cluster_stacks)
def test_replicas_zones_and_quorum_agree_in_every_valid_stack(stack: Stack) -> None:
    for component in stack.placed(*OURS):
        size = stack.size(component)
        assert size.replicas <= size.max_replicas
        assert size.zones <= len(stack.zones)
        if component in stack.components:
            assert size.zones <= size.replicas
            assert not size.quorum or size.replicas % 2 == 1
        if stack.tier == "enterprise" and component.is_store:
            assert size.replicas >= 2


@valid
@given(cluster_stacks)
def test_an_override_changes_no_other_component_and_survives_a_change_of_tier(stack: Stack) -> None:
    for component in Component:
        if component not in stack.components:
            assert stack.size(component) == TIERS[stack.table].sizes[component]
    raw = stack.model_dump(mode="json", exclude_none=True) | {"tier": "custom"}
    for base in TIERS:
        with suppress(StackError):
            other = parse({**raw, "from": base})
            for component, override in stack.components.items():
                written = override.model_dump(exclude_none=True, exclude={"placement", "endpoint", "secret"})
                assert other.size(component).model_dump(include=set(written)) == written


@valid
@given(cluster_stacks)
def test_every_written_value_is_explained_as_an_override_and_no_other(stack: Stack) -> None:
    explained = {entry.key: entry for entry in explain(stack)}
    assert all(entry.rule and entry.source for entry in explained.values())
    for component, override in stack.components.items():
        for key, value in override.model_dump(mode="json", exclude_none=True).items():
            entry = explained[f"components.{component}.{key}"]
            assert (entry.value, entry.origin) == (value, Origin.override)
    written = sum(len(override.model_dump(exclude_none=True)) for override in stack.components.values())
    overridden = [key for key, entry in explained.items() if entry.origin is Origin.override]
    assert sum(key.startswith("components.") for key in overridden) == written


@valid
@given(raw_cluster_stacks)
def test_each_problem_of_a_stack_has_a_key_of_its_own(raw: dict[str, object]) -> None:
    with suppress(StackError):
        try:
            parse(raw)
        except StackError as error:
            keys = [problem.key for problem in error.problems]
            assert len(keys) == len(set(keys))
            raise


@valid
@given(raw_cluster_stacks, st.sampled_from(["target", "components", "from"]), st.text(max_size=9), anything)
def test_anything_below_any_key_of_a_cluster_stack_gives_a_stack_or_a_stack_error(
    raw: dict[str, object], key: str, inner: str, value: object
) -> None:
    part = raw.get(key)
    with suppress(StackError):
        assert parse({**raw, key: {**part, inner: value} if isinstance(part, dict) else value})


def test_a_hundred_stack_files_are_checked_within_a_second(tmp_path: Path) -> None:
    happy = sorted((Path(__file__).parents[2] / "configs").glob("*.happy.*.yaml"))
    files = [tmp_path / f"{number}.yaml" for number in range(100)]
    for number, file in enumerate(files):
        file.write_bytes(happy[number % len(happy)].read_bytes())
    read_file(files[0])
    started = time.process_time()
    for file in files:
        read_file(file)
    assert time.process_time() - started <= 1
