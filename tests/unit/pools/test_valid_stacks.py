"""Any valid enterprise stack has pools that outlive a zone; the only other answer is one clear error."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stacks.components import Component
from stacks.parse import parse
from stacks.pools.cluster import cluster_of
from stacks.problems import StackError
from stacks.schema import Stack

ZONES: dict[str, tuple[str, list[Any]]] = {
    "aws": ("eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    "gcp": ("europe-west1", ["europe-west1-b", "europe-west1-c", "europe-west1-d"]),
    "azure": ("westeurope", [1, 2, 3]),
}
bounded = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def overrides(cpu: float, memory_gib: float) -> st.SearchStrategy[dict[str, Any]]:
    values = {
        "cpu": st.floats(2, cpu),
        "memory_gib": st.floats(4, memory_gib),
        "replicas": st.sampled_from([3, 5, 7]),
    }
    one = st.fixed_dictionaries({}, optional=values)
    return st.dictionaries(st.sampled_from([component.value for component in Component]), one, max_size=4)


def enterprise(cloud: str, components: dict[str, Any]) -> Stack:
    """The stack, or an example that hypothesis skips where its guards refuse it."""
    region, zones = ZONES[cloud]
    try:
        target = {"kind": cloud, "region": region, "zones": zones}
        return parse({"tier": "enterprise", "target": target, "components": components})
    except StackError:
        assume(False)
        raise


@bounded
@given(st.sampled_from(list(ZONES)), overrides(cpu=40, memory_gib=160))
def test_a_stack_of_sizes_that_nodes_have_outlives_each_zone(cloud: str, components: dict[str, Any]) -> None:
    stack = enterprise(cloud, components)
    pools = cluster_of(stack).pools
    running = {name.rsplit("-", 1)[0] for pool in pools for node in pool.nodes for name in node.pods}
    assert {"gateway", "orchestrator", "tools", "knowledge", "vectors", "messages"} <= running
    for pool in pools:
        for loss in pool.losses:
            left = sum(len(node.pods) for node in loss.nodes) + len(loss.waiting)
            assert left == sum(len(node.pods) for node in pool.nodes)


@bounded
@given(st.sampled_from(list(ZONES)), overrides(cpu=4000, memory_gib=60000))
def test_a_stack_of_any_size_has_pools_or_names_the_components_that_do_not_fit(
    cloud: str, components: dict[str, Any]
) -> None:
    stack = enterprise(cloud, components)
    try:
        cluster_of(stack)
    except StackError as error:
        keys = [problem.key for problem in error.problems]
        assert all(key.split(".")[1] in components for key in keys)
