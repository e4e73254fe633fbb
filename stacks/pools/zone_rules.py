"""What no number of nodes can mend: more zones asked than there are, and stores that a zone takes with it."""

from collections.abc import Sequence
from math import ceil

from stacks.pools.pod import Pod
from stacks.problems import Problem


def zone_problems(pods: Sequence[Pod], zones: int, *, survive_zone: bool) -> list[Problem]:
    """One problem for each component that cannot stand over `zones` as it asks, or not outlive one of them."""
    problems = [_only_zone()] if survive_zone and zones == 1 and not any(pod.zone_bound for pod in pods) else []
    for pod in pods:
        problem = _span(pod, zones) or (_loss(pod, zones) if survive_zone else None)
        if problem:
            problems.append(problem)
    return problems


def _only_zone() -> Problem:
    return Problem(
        "target.zones", "one zone", "at least two, to outlive the loss of one", "give the target three zones"
    )


def _span(pod: Pod, zones: int) -> Problem | None:
    if pod.daemon or min(pod.replicas, zones) >= pod.zones_to_span:
        return None
    return Problem(
        f"components.{pod.component}.zones",
        f"{pod.zones_to_span}, with {pod.replicas} replicas and {zones} zones",
        f"at most {min(pod.replicas, zones)}",
        "give the target more zones, the component more replicas, or let it span fewer zones",
    )


def _loss(pod: Pod, zones: int) -> Problem | None:
    """A problem when too few of a zone-bound component are left after the zone with the most of it is lost."""
    if pod.daemon or not pod.zone_bound:
        return None
    left = pod.replicas - ceil(pod.replicas / zones)
    needed = pod.replicas // 2 + 1 if pod.quorum else 1
    if left >= needed:
        return None
    return Problem(
        f"components.{pod.component}.replicas",
        f"{pod.replicas} over {zones} zones, of which {left} are left when a zone is lost",
        f"at least {needed} left" + (", a majority" if pod.quorum else ""),
        "give the target three zones and the component three replicas" if pod.quorum else "give it a second replica",
    )
