"""What a stack needs in its cloud: node pools, and a type for each store that the cloud runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stacks.components import Component
from stacks.placement import Placement
from stacks.pools.demand import allows_burstable, managed_demand, pods_of, terms_of
from stacks.pools.node_pool import NodePool
from stacks.pools.plan import plan_pools
from stacks.problems import Problem, StackError
from stacks.schema import Stack
from stacks.skus.choose import choose
from stacks.skus.sku import Cloud, Sku, SkuKind
from stacks.skus.table import sku_table

# Which table has the types of a component that a cloud can run.
MANAGED_KINDS: Mapping[Component, SkuKind] = MappingProxyType(
    {Component.database: SkuKind.databases, Component.cache: SkuKind.caches}
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The node pools in `cloud`, and the type of each component that the cloud runs."""

    cloud: Cloud
    pools: tuple[NodePool, ...]
    managed: Mapping[Component, Sku]

    @property
    def node_count(self) -> int:
        """Nodes of all pools."""
        return sum(pool.node_count for pool in self.pools)


def cluster_of(stack: Stack) -> Cluster:
    """The cluster of a stack on aws, gcp or azure.

    Raises StackError for another target, and when a pod or a managed store is larger than the cloud's types.
    """
    cloud = _cloud(stack)
    managed: dict[Component, Sku] = {}
    problems: list[Problem] = []
    for component in stack.placed(Placement.managed):
        try:
            managed[component] = _managed(stack, cloud, component)
        except StackError as error:
            problems += error.problems
    if problems:
        raise StackError(problems)
    pools = plan_pools(pods_of(stack), sku_table(cloud, SkuKind.nodes), terms_of(stack))
    return Cluster(cloud, pools, MappingProxyType(managed))


def _managed(stack: Stack, cloud: Cloud, component: Component) -> Sku:
    return choose(
        managed_demand(stack, component),
        sku_table(cloud, MANAGED_KINDS[component]),
        network_gbps=stack.size(component).network_gbps,
        allow_burstable=allows_burstable(stack),
    )


def _cloud(stack: Stack) -> Cloud:
    kind = stack.target.kind
    clouds = [cloud.value for cloud in Cloud]
    if kind not in clouds:
        mend = "node pools are chosen for clouds only; an existing cluster and this machine have the nodes they have"
        raise StackError([Problem("target.kind", kind, ", ".join(clouds), mend)])
    return Cloud(kind)
