"""The smallest type that fits, and what is said when none does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.problems import StackError
from stacks.skus.choose import Demand, choose
from stacks.skus.sku import Architecture, Cloud, Sku, SkuKind
from stacks.skus.table import sku_table

demands = st.builds(
    Demand,
    component=st.just("database"),
    cpu=st.floats(0.1, 64),
    memory_gib=st.floats(0.1, 256),
    zones=st.integers(1, 2),
)
asks = st.fixed_dictionaries(
    {
        "network_gbps": st.sampled_from([1.0, 10.0]),
        "allow_burstable": st.booleans(),
        "architecture": st.sampled_from([None, Architecture.x86_64]),
    }
)
tables = st.builds(sku_table, st.sampled_from(list(Cloud)), st.sampled_from(list(SkuKind)))


def fits(sku: Sku, demand: Demand, ask: dict[str, object]) -> bool:
    network = ask["network_gbps"]
    assert isinstance(network, float)
    return (
        sku.vcpu >= demand.cpu
        and sku.memory_gib >= demand.memory_gib
        and (sku.network_gbps is None or sku.network_gbps >= network)
        and (not sku.burstable or bool(ask["allow_burstable"]))
        and ask["architecture"] in (None, sku.architecture)
        and (demand.zones == 1 or sku.zone_redundant)
    )


@given(demands, tables, asks)
def test_the_choice_fits_and_no_smaller_type_does(demand: Demand, table: object, ask: dict[str, object]) -> None:
    skus = list(table)  # type: ignore[call-overload]
    try:
        chosen = choose(demand, table, **ask)  # type: ignore[arg-type]
    except StackError:
        assert not any(fits(sku, demand, ask) for sku in skus)
        return
    assert fits(chosen, demand, ask)
    assert not any(fits(sku, demand, ask) for sku in skus if sku.order < chosen.order)


@given(demands, st.floats(1, 2), st.floats(1, 2), tables, asks)
def test_more_demand_never_gives_less_memory(
    demand: Demand, cpu: float, memory: float, table: object, ask: dict[str, object]
) -> None:
    more = Demand(demand.component, demand.cpu * cpu, demand.memory_gib * memory, demand.zones)
    try:
        larger = choose(more, table, **ask)  # type: ignore[arg-type]
    except StackError:
        return
    assert choose(demand, table, **ask).order <= larger.order  # type: ignore[arg-type]


def test_the_guides_minimum_database_gets_the_smallest_type_of_each_cloud() -> None:
    demand = Demand("database", 4, 16)
    names = {
        cloud.value: choose(demand, sku_table(cloud, SkuKind.databases), network_gbps=1, allow_burstable=False).name
        for cloud in Cloud
    }
    assert names == {"aws": "db.m6i.xlarge", "gcp": "db-custom-4-16384", "azure": "Standard_D4ads_v5"}


def test_ten_gigabit_is_a_baseline_where_the_cloud_publishes_one() -> None:
    demand = Demand("cache", 4, 16)
    chosen = choose(demand, sku_table(Cloud.aws, SkuKind.caches), network_gbps=10, allow_burstable=False)
    assert chosen.name == "cache.m7g.8xlarge"


def test_a_burstable_type_is_taken_only_where_it_is_allowed() -> None:
    databases, demand = sku_table(Cloud.azure, SkuKind.databases), Demand("database", 12, 48)
    assert choose(demand, databases, network_gbps=1, allow_burstable=True).name == "Standard_B12ms"
    assert choose(demand, databases, network_gbps=1, allow_burstable=False).name == "Standard_D16ads_v5"


def test_a_standby_in_another_zone_needs_a_type_that_has_one() -> None:
    databases = sku_table(Cloud.azure, SkuKind.databases)
    one = choose(Demand("database", 20, 80), databases, network_gbps=1, allow_burstable=True)
    two = choose(Demand("database", 20, 80, zones=2), databases, network_gbps=1, allow_burstable=True)
    assert (one.burstable, two.burstable) == (True, False)


def test_nothing_that_fits_is_said_with_the_largest_type_and_the_mend() -> None:
    with pytest.raises(StackError) as error:
        choose(
            Demand("database", 500, 8), sku_table(Cloud.aws, SkuKind.databases), network_gbps=1, allow_burstable=False
        )
    (problem,) = error.value.problems
    assert problem.key == "components.database"
    assert "500 cores" in problem.found
    assert "db.r7g.16xlarge" in problem.allowed
    assert "lower its cpu" in problem.mend


def test_a_network_that_no_type_has_is_said_of_the_network() -> None:
    with pytest.raises(StackError) as error:
        choose(Demand("gateway", 1, 1), sku_table(Cloud.azure, SkuKind.nodes), network_gbps=99, allow_burstable=False)
    assert error.value.problems[0].key == "components.gateway.network_gbps"
