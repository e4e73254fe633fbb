"""The tables of what the clouds offer: whole, sourced, and without a figure that cannot be."""

from datetime import date

import pytest

from stacks.skus.sku import Architecture, Cloud, NetworkFigure, SkuKind, SkuTable
from stacks.skus.table import sku_table

TABLES = [(cloud, kind) for cloud in Cloud for kind in SkuKind]


@pytest.fixture(params=TABLES, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def table(request: pytest.FixtureRequest) -> SkuTable:
    cloud, kind = request.param
    return sku_table(cloud, kind)


def test_every_table_names_its_page_and_the_day_it_was_read(table: SkuTable) -> None:
    assert table.source.startswith("https://")
    assert date(2025, 1, 1) < table.read
    assert table.zones


def test_types_stand_in_the_order_of_memory_vcpu_and_name(table: SkuTable) -> None:
    orders = [sku.order for sku in table]
    assert orders == sorted(orders)


def test_no_type_stands_twice(table: SkuTable) -> None:
    names = [sku.name for sku in table]
    assert len(names) == len(set(names))


def test_every_figure_is_plausible(table: SkuTable) -> None:
    for sku in table:
        assert 0 < sku.vcpu <= 128
        assert 0.75 <= sku.memory_gib / sku.vcpu <= 8, sku.name
        assert sku.network_gbps is None or 0 < sku.network_gbps <= 200


def test_only_managed_services_lack_a_network_figure() -> None:
    for cloud in Cloud:
        assert sku_table(cloud, SkuKind.nodes).network is not NetworkFigure.unpublished
        assert all(sku.network_gbps is not None for sku in sku_table(cloud, SkuKind.nodes))


@pytest.mark.parametrize("cloud", list(Cloud))
def test_every_cloud_has_nodes_of_both_architectures_and_of_three_purposes(cloud: Cloud) -> None:
    nodes = sku_table(cloud, SkuKind.nodes)
    assert {sku.architecture for sku in nodes} == set(Architecture)
    assert {sku.purpose.value for sku in nodes} == {"general", "compute", "memory"}


@pytest.mark.parametrize("cloud", list(Cloud))
def test_every_cloud_reaches_ten_gigabit(cloud: Cloud) -> None:
    assert any((sku.network_gbps or 0) >= 10 for sku in sku_table(cloud, SkuKind.nodes))


def test_a_network_figure_says_whether_it_is_a_baseline() -> None:
    assert (
        sku_table(Cloud.aws, SkuKind.nodes)["m7i.2xlarge"].description == "m7i.2xlarge (8 vCPU, 32 GiB, 3.125 Gbit/s)"
    )
    azure = sku_table(Cloud.azure, SkuKind.nodes)["Standard_D8s_v5"]
    assert azure.description == "Standard_D8s_v5 (8 vCPU, 32 GiB, up to 12.5 Gbit/s)"
    assert "no network figure" in sku_table(Cloud.gcp, SkuKind.databases)["db-custom-4-16384"].description


def test_the_name_of_a_custom_database_type_says_its_size() -> None:
    custom = [sku for sku in sku_table(Cloud.gcp, SkuKind.databases) if sku.name.startswith("db-custom-")]
    for sku in custom:
        assert sku.name == f"db-custom-{sku.vcpu}-{sku.memory_mib}"
        assert sku.memory_mib % 256 == 0
        assert 0.9 <= sku.memory_gib / sku.vcpu <= 6.5


def test_an_unknown_type_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        sku_table(Cloud.aws, SkuKind.nodes)["m99.large"]
