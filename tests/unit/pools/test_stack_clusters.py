"""The guide's two tiers on each cloud, and what cannot be planned."""

from typing import Any

import pytest

from stacks.components import Component
from stacks.parse import parse
from stacks.pools.candidate import NodeTerms
from stacks.pools.cluster import Cluster, cluster_of
from stacks.pools.plan import plan_pools
from stacks.pools.pod import Pod
from stacks.problems import Problem, StackError
from stacks.skus.sku import Cloud, SkuKind
from stacks.skus.table import sku_table

PLACES: dict[str, tuple[str, list[Any]]] = {
    "aws": ("eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    "gcp": ("europe-west1", ["europe-west1-b", "europe-west1-c", "europe-west1-d"]),
    "azure": ("westeurope", [1, 2, 3]),
}


def cluster(tier: str, cloud: str, zones: int = 3, **rest: object) -> Cluster:
    region, names = PLACES[cloud]
    target = {"kind": cloud, "region": region, "zones": names[:zones]}
    return cluster_of(parse({"tier": tier, "target": target, **rest}))


@pytest.mark.parametrize("cloud", list(PLACES))
@pytest.mark.parametrize("tier", ["minimum", "enterprise"])
def test_both_tiers_fit_on_every_cloud(tier: str, cloud: str) -> None:
    made = cluster(tier, cloud)
    assert [pool.name for pool in made.pools] == ["services", "data"]
    assert set(made.managed) == {Component.database, Component.cache}


@pytest.mark.parametrize("cloud", list(PLACES))
def test_enterprise_has_ten_gigabit_no_burstable_type_and_outlives_each_zone(cloud: str) -> None:
    for pool in cluster("enterprise", cloud).pools:
        assert (pool.sku.network_gbps or 0) >= 10
        assert not pool.sku.burstable
        assert len(pool.losses) == 3


@pytest.mark.parametrize("cloud", list(PLACES))
def test_enterprise_is_never_smaller_than_minimum(cloud: str) -> None:
    small, large = cluster("minimum", cloud), cluster("enterprise", cloud)
    for before, after in zip(small.pools, large.pools, strict=True):
        assert before.node_count <= after.node_count
        assert before.vcpu <= after.vcpu


def test_stores_stand_on_nodes_that_take_nothing_else() -> None:
    services, data = cluster("enterprise", "aws").pools
    assert [(taint.key, taint.value, taint.effect) for taint in data.taints] == [("andamio/pool", "data", "NoSchedule")]
    assert services.taints == ()
    stores = {name.rsplit("-", 1)[0] for node in data.nodes for name in node.pods}
    assert stores == {"vectors", "messages", "monitoring", "logging"}


def test_the_services_of_one_zone_still_have_two_nodes() -> None:
    services = cluster("minimum", "aws", zones=1).pools[0]
    assert services.node_count == 2


def test_a_single_replica_has_room_for_its_successor() -> None:
    services = cluster("minimum", "aws").pools[0]
    assert sum(name.startswith("embeddings-") for node in services.nodes for name in node.pods) == 2


def test_a_store_that_is_brought_along_takes_no_node_and_no_type() -> None:
    external = {"placement": "external", "endpoint": "db.example.com:5432", "secret": "database"}
    made = cluster("minimum", "aws", components={"database": external})
    assert set(made.managed) == {Component.cache}


def test_burstable_types_are_for_other_environments_than_production() -> None:
    assert not any(pool.sku.burstable for pool in cluster("minimum", "azure").pools)
    assert any(pool.sku.burstable for pool in cluster("minimum", "azure", environment="dev").pools)


def test_a_stack_of_this_machine_has_no_node_pools() -> None:
    with pytest.raises(StackError) as error:
        cluster_of(parse({"tier": "minimum", "target": {"kind": "local"}}))
    assert error.value.problems[0].key == "target.kind"


def pod(**changes: Any) -> Pod:
    values: dict[str, Any] = {"component": "vectors", "cpu": 1, "memory_mib": 1024, "storage_gib": 10, "replicas": 3}
    return Pod(**{**values, "zones_to_span": 1, "daemon": False, **changes})


def problem_of(part: Pod, zones: tuple[str, ...], survive_zone: bool = True) -> Problem:
    terms = NodeTerms(zones=zones, survive_zone=survive_zone, allow_burstable=False)
    with pytest.raises(StackError) as error:
        plan_pools([part], sku_table(Cloud.aws, SkuKind.nodes), terms)
    (problem,) = error.value.problems
    return problem


def test_a_quorum_over_two_zones_does_not_outlive_one() -> None:
    problem = problem_of(pod(zone_bound=True, quorum=True), ("a", "b"))
    assert problem.key == "components.vectors.replicas"
    assert "majority" in problem.allowed
    assert "three zones" in problem.mend


def test_a_single_store_does_not_outlive_its_zone() -> None:
    assert "second replica" in problem_of(pod(zone_bound=True, replicas=1), ("a", "b", "c")).mend


def test_nothing_outlives_the_only_zone() -> None:
    assert problem_of(pod(zone_bound=True), ("a",)).key == "components.vectors.replicas"
    assert problem_of(pod(), ("a",)).key == "target.zones"


def test_more_zones_than_there_are_cannot_be_spanned() -> None:
    problem = problem_of(pod(zones_to_span=3), ("a", "b"), survive_zone=False)
    assert problem.key == "components.vectors.zones"
    assert problem.allowed == "at most 2"


def test_a_pod_larger_than_every_node_is_named_with_the_largest() -> None:
    problem = problem_of(pod(cpu=100), ("a", "b", "c"))
    assert problem.key == "components.vectors"
    assert "100 cores" in problem.found
    assert "16xlarge" in problem.allowed


def test_a_network_that_no_node_has_is_named() -> None:
    assert problem_of(pod(network_gbps=399), ("a", "b", "c")).key == "components.vectors.network_gbps"
