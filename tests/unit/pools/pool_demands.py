"""Hypothesis strategies: pods that can stand over the zones they are given."""

from dataclasses import dataclass

from hypothesis import strategies as st

from stacks.pools.candidate import NodeTerms
from stacks.pools.daemons import DAEMONS, SYSTEM
from stacks.pools.pod import Pod
from stacks.skus.sku import Cloud, SkuKind, SkuTable
from stacks.skus.table import sku_table


@dataclass(frozen=True)
class Case:
    pods: tuple[Pod, ...]
    table: SkuTable
    terms: NodeTerms

    @property
    def all_pods(self) -> tuple[Pod, ...]:
        return (*self.pods, *SYSTEM, *DAEMONS)


@st.composite
def pods(draw: st.DrawFn, zones: int, survive_zone: bool) -> tuple[Pod, ...]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        zone_bound = draw(st.booleans())
        quorum = zone_bound and (zones >= 3 or not survive_zone) and draw(st.booleans())
        replicas = draw(st.sampled_from([3, 5])) if quorum else draw(st.integers(2 if survive_zone else 1, 8))
        made.append(
            Pod(
                component=f"part{number}",
                cpu=draw(st.floats(0.05, 12)),
                memory_mib=draw(st.integers(64, 49152)),
                storage_gib=draw(st.floats(0, 200)),
                replicas=replicas,
                zones_to_span=draw(st.integers(1, min(zones, replicas))),
                daemon=False,
                zone_bound=zone_bound,
                quorum=quorum,
                network_gbps=draw(st.sampled_from([1.0, 10.0])),
            )
        )
    return tuple(made)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zones = ("a", "b", "c")[: draw(st.integers(1, 3))]
    survive_zone = len(zones) > 1 and draw(st.booleans())
    table = sku_table(draw(st.sampled_from(list(Cloud))), SkuKind.nodes)
    terms = NodeTerms(zones=zones, survive_zone=survive_zone, allow_burstable=not survive_zone and draw(st.booleans()))
    return Case(draw(pods(len(zones), survive_zone)), table, terms)
