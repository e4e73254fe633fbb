"""What a stack asks of a cloud: its pods, the terms of their nodes, and what the cloud itself has to run."""

from stacks.components import Component
from stacks.derive.pod import pod_settings
from stacks.derive.rollout import rollout_settings
from stacks.placement import Placement
from stacks.pools.candidate import NodeTerms
from stacks.pools.daemons import DAEMONS, SYSTEM
from stacks.pools.pod import Pod
from stacks.schema import Stack
from stacks.skus.choose import Demand


def pods_of(stack: Stack) -> tuple[Pod, ...]:
    """Every pod of the stack's cluster: its components that run there, the system's, and the daemons."""
    return (*(_pod(stack, component) for component in stack.placed(Placement.in_cluster)), *SYSTEM, *DAEMONS)


def terms_of(stack: Stack) -> NodeTerms:
    """The terms of the stack's nodes: enterprise outlives a zone, and production takes no burstable type."""
    return NodeTerms(
        zones=stack.zones, survive_zone=stack.tier == "enterprise", allow_burstable=allows_burstable(stack)
    )


def allows_burstable(stack: Stack) -> bool:
    """Whether a type may be one that has its cores only now and then: never in enterprise, nor in production."""
    return stack.tier != "enterprise" and stack.environment != "production"


def managed_demand(stack: Stack, component: Component) -> Demand:
    """What one machine of a component that the cloud runs must have, and the zones its standby must span."""
    size = stack.size(component)
    return Demand(component.value, cpu=size.cpu, memory_gib=size.memory_gib, zones=size.zones)


def _pod(stack: Stack, component: Component) -> Pod:
    size = stack.size(component)
    requests, rollout = pod_settings(size), rollout_settings(size)
    # A rollout that may stop no pod first needs room for a second one. Stores are replaced in place.
    surge = rollout.max_surge if rollout.max_unavailable == 0 and not component.is_store else 0
    return Pod(
        component=component.value,
        cpu=requests.request_cores,
        memory_mib=requests.request_memory_mib,
        storage_gib=size.replica.storage_gib,
        replicas=size.replicas + surge,
        zones_to_span=size.zones,
        daemon=False,
        zone_bound=component.is_store,
        quorum=size.quorum,
        network_gbps=size.network_gbps,
    )
