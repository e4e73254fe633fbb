"""The pools: for each the type that needs the fewest nodes, and of those the smallest."""

from collections.abc import Sequence

from stacks.pools.candidate import Candidate, NodeTerms, PoolRule, candidate, room_of
from stacks.pools.evidence import node_pool
from stacks.pools.node_pool import NodePool
from stacks.pools.pod import MILLICORES, Pod
from stacks.pools.zone_rules import zone_problems
from stacks.problems import Problem, StackError
from stacks.skus.choose import network_fits
from stacks.skus.sku import Sku, SkuTable

# Two nodes, so that draining one does not stop every service.
SERVICES = PoolRule("services", least_nodes=2, dedicated=False)
# What keeps data runs on nodes of its own, out of reach of a service that misbehaves.
DATA = PoolRule("data", least_nodes=1, dedicated=True)


def plan_pools(pods: Sequence[Pod], table: SkuTable, terms: NodeTerms) -> tuple[NodePool, ...]:
    """The pools on which every one of `pods` fits; with `survive_zone` also after any one zone is lost.

    Pods with a volume stand in the pool `data`, the others in `services`; a pool without pods is left out.
    Raises StackError when zones or replicas cannot meet the terms, or a pod fits on no type.
    """
    problems = zone_problems(pods, len(terms.zones), survive_zone=terms.survive_zone)
    if problems:
        raise StackError(problems)
    daemons = [pod for pod in pods if pod.daemon]
    running = [pod for pod in pods if not pod.daemon and pod.replicas]
    groups = ((SERVICES, [p for p in running if not p.zone_bound]), (DATA, [p for p in running if p.zone_bound]))
    return tuple(_pool(rule, group, daemons, table, terms) for rule, group in groups if group)


def _pool(rule: PoolRule, pods: Sequence[Pod], daemons: Sequence[Pod], table: SkuTable, terms: NodeTerms) -> NodePool:
    network_gbps = max(pod.network_gbps for pod in pods)
    allowed = [sku for sku in table if _allowed(sku, network_gbps, terms)]
    # Largest first: it needs the fewest nodes, which spares the packing of all that would need more.
    best: Candidate | None = None
    for sku in reversed(allowed):
        plan = candidate(sku, rule, pods, daemons, terms, most_nodes=best.order[0] if best else None)
        if plan and (best is None or plan.order < best.order):
            best = plan
    if best is None:
        raise StackError([_nothing_fits(pods, daemons, table, allowed, network_gbps)])
    return node_pool(rule, best, terms)


def _allowed(sku: Sku, network_gbps: float, terms: NodeTerms) -> bool:
    return (
        network_fits(sku, network_gbps)
        and (terms.allow_burstable or not sku.burstable)
        and terms.architecture in (None, sku.architecture)
    )


def _nothing_fits(
    pods: Sequence[Pod], daemons: Sequence[Pod], table: SkuTable, allowed: Sequence[Sku], network_gbps: float
) -> Problem:
    largest_pod = max(pods, key=lambda pod: (pod.memory_mib, pod.cpu, pod.component))
    if not allowed:
        key = f"components.{largest_pod.component}.network_gbps"
        mend = "ask less network for it"
        return Problem(key, f"{network_gbps:g}", f"what a node type of {table.cloud} has; none has that network", mend)
    rooms = [(sku, room_of(sku, daemons)) for sku in allowed]
    pod = next((p for p in pods if not any(room.holds(r) for _, room in rooms for r in p.each())), largest_pod)
    sku, room = rooms[-1]
    allowed_text = (
        f"what one pod can have of {table.cloud}'s largest node, {sku.description}: "
        f"{room.millicores / MILLICORES:g} cores and {room.memory_mib} MiB"
    )
    mend = "lower its cpu or memory_gib, or raise its replicas where they divide the load"
    return Problem(f"components.{pod.component}", pod.description, allowed_text, mend)
