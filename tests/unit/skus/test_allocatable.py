"""What pods can have of a node, against what the clouds and Karpenter publish."""

import pytest

from stacks.skus import aws, azure, gcp
from stacks.skus.allocatable import allocatable, boot_disk_gib
from stacks.skus.reserved import stepped
from stacks.skus.sku import Cloud, SkuKind
from stacks.skus.table import sku_table


# Karpenter's page of instance types: cpu in millicores, MiB. It counts every address as a pod; we take no more
# pods than EKS advises, so pods are not compared.
@pytest.mark.parametrize(
    ("name", "millicores", "memory_mib"),
    [
        ("t3.medium", 1930, 3246),
        ("m7i.xlarge", 3920, 14162),
        ("m7i.2xlarge", 7910, 29317),
        ("c7i.4xlarge", 15890, 27381),
        ("r7i.8xlarge", 31850, 239554),
        ("m7g.large", 1930, 6844),
        ("c7g.16xlarge", 63770, 112720),
    ],
)
def test_eks_nodes_offer_what_karpenter_computes(name: str, millicores: int, memory_mib: int) -> None:
    capacity = allocatable(sku_table(Cloud.aws, SkuKind.nodes)[name])
    assert round(capacity.cpu * 1000) == millicores
    assert capacity.memory_mib == memory_mib


def test_pods_on_eks_are_bounded_by_addresses_and_by_what_eks_advises() -> None:
    nodes = sku_table(Cloud.aws, SkuKind.nodes)
    assert [aws.max_pods(nodes[f"m7i.{size}"]) for size in ("large", "4xlarge", "8xlarge", "16xlarge")] == [
        29,
        110,
        234,
        250,
    ]


def test_gke_reserves_memory_by_its_published_steps() -> None:
    # 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % above.
    assert stepped(4, gcp.MEMORY_STEPS_GIB) == pytest.approx(1.0)
    assert stepped(16, gcp.MEMORY_STEPS_GIB) == pytest.approx(2.6)
    assert stepped(150, gcp.MEMORY_STEPS_GIB) == pytest.approx(9.76)


def test_gke_leaves_3920_millicores_of_four() -> None:
    node = sku_table(Cloud.gcp, SkuKind.nodes)["e2-standard-4"]
    assert allocatable(node).cpu == pytest.approx(3.92)
    assert gcp.reserved(node).memory_mib == pytest.approx(2.6 * 1024 + 100)


@pytest.mark.parametrize(
    ("cores", "millicores"), [(1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)]
)
def test_aks_reserves_cores_by_its_published_table(cores: int, millicores: int) -> None:
    assert stepped(cores, azure.CPU_STEPS) * 1000 == pytest.approx(millicores)


def test_aks_reserves_memory_as_in_its_published_examples() -> None:
    assert azure.kube_reserved_mib(8000, 30) == 650
    assert azure.kube_reserved_mib(4000, 70) == 1000


@pytest.mark.parametrize("cloud", list(Cloud))
def test_a_larger_node_of_a_family_never_offers_less(cloud: Cloud) -> None:
    nodes = list(sku_table(cloud, SkuKind.nodes))
    for small in nodes:
        for large in nodes:
            if (
                small.architecture is large.architecture
                and small.vcpu <= large.vcpu
                and small.memory_gib <= large.memory_gib
            ):
                assert allocatable(small).cpu <= allocatable(large).cpu


@pytest.mark.parametrize("cloud", list(Cloud))
def test_a_nodes_disk_holds_its_pods_and_the_images_and_is_no_larger_than_that(cloud: Cloud) -> None:
    small, large = boot_disk_gib(cloud, 0), boot_disk_gib(cloud, 200)
    assert 30 < small < 120
    assert 230 < large < 400
    assert small % 10 == large % 10 == 0


def test_gke_takes_more_of_a_disk_than_eks() -> None:
    assert boot_disk_gib(Cloud.gcp, 100) > boot_disk_gib(Cloud.aws, 100)
