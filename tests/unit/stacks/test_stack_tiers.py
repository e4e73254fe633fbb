"""The tiers against the guide's own tables, copied beside this file."""

import re
from pathlib import Path

import pytest

from stacks.components import Component
from stacks.sizes import ComponentSize
from stacks.tiers import OUR_ROWS, TIERS, TierName

GUIDE = Path(__file__).with_name("guide_tables.md").read_text(encoding="utf-8")
LABELS = {component.label: component for component in Component}
GIB = {"GB": 1, "TB": 1024}


def guide_table(heading: str) -> dict[Component, tuple[float, float, float, float]]:
    """(cores, memory GiB, storage GiB, network Gbit/s) of each row below `heading`."""
    section = GUIDE.split(heading)[1].split("###")[0]
    cell = r"(\d+)(GB|TB)"
    row = re.compile(rf"\| \*\*(.+?)\*\* \| (\d+) núcleos \| {cell} \| {cell} SSD \| (\d+)Gbps \|")
    return {
        LABELS[label]: (float(cores), int(memory) * GIB[unit], int(disk) * GIB[disk_unit], float(network))
        for label, cores, memory, unit, disk, disk_unit, network in row.findall(section)
    }


def cells(size: ComponentSize) -> tuple[float, float, float, float]:
    return size.cpu, size.memory_gib, size.storage_gib, size.network_gbps


@pytest.mark.parametrize(
    ("tier", "heading"),
    [("minimum", "Requisitos Mínimos de Producción"), ("enterprise", "Requisitos Empresariales Recomendados")],
)
def test_every_cell_of_a_tier_is_the_guides(tier: TierName, heading: str) -> None:
    guide = guide_table(heading)
    ours = {component: cells(size) for component, size in TIERS[tier].sizes.items()}
    for component in OUR_ROWS:  # the guide has no row for them
        del ours[component]
    assert len(guide) == 9
    assert ours == guide


@pytest.mark.parametrize("tier", ["minimum", "enterprise"])
def test_the_services_have_the_replicas_of_the_guides_compose_file(tier: TierName) -> None:
    sizes = TIERS[tier].sizes
    services = (Component.gateway, Component.orchestrator, Component.tools, Component.knowledge)
    assert [sizes[service].replicas for service in services] == [3, 5, 3, 4]


def test_stores_run_once_in_the_minimum_tier_and_never_alone_in_the_enterprise_tier() -> None:
    for component in Component:
        if component.is_store:
            assert TIERS["minimum"].sizes[component].replicas == 1
            assert TIERS["enterprise"].sizes[component].replicas >= 2


def test_every_component_of_the_enterprise_tier_is_at_least_as_large_as_in_the_minimum_tier() -> None:
    for component, small in TIERS["minimum"].sizes.items():
        large = TIERS["enterprise"].sizes[component]
        assert all(less <= more for less, more in zip(cells(small), cells(large), strict=True)), component
        assert small.replicas <= large.replicas, component


def test_service_names_are_different_dns_labels() -> None:
    names = [component.service_name for component in Component]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", name) for name in names)
