"""How often a tier is up, as far as its own redundancy decides."""

from dataclasses import dataclass

from stacks.components import Component
from stacks.load_model.line import plain
from stacks.load_model.rates import Rates
from stacks.tiers import TIERS, TierName

_MINUTES_A_YEAR = 365 * 24 * 60
# Without these the platform does not answer; without monitoring and logging it does.
VITAL = tuple(component for component in Component if component not in (Component.monitoring, Component.logging))


@dataclass(frozen=True, slots=True)
class Availability:
    """A tier's expected share of time up, in percent, with the arithmetic in minutes a year."""

    tier: TierName
    percent: float
    arithmetic: tuple[str, ...]


def availability_of(tier: TierName, rates: Rates) -> Availability:
    """From assumed frequencies of restarts, upgrades and zone outages; where a standby exists, a failover instead."""
    assumed, sizes = rates.assumed, TIERS[tier].sizes
    single = [component for component in VITAL if sizes[component].replicas == 1]
    standby = [component for component in VITAL if component.is_store and sizes[component].replicas > 1]
    failover_min = assumed.failover_s.value / 60
    restarts, upgrades = assumed.restarts_per_year.value, assumed.upgrades_per_year.value
    alone = len(single) * (restarts * assumed.restart_min.value + upgrades * assumed.upgrade_min.value)
    paired = len(standby) * (restarts + upgrades) * failover_min
    one_zone = any(sizes[component].zones == 1 for component in VITAL)
    zone = assumed.zone_outages_per_year.value * (assumed.zone_outage_min.value if one_zone else failover_min)
    shared = assumed.shared_min_per_year.value
    arithmetic = (
        f"{len(single)} components without a second replica x ({restarts:g} restarts x {assumed.restart_min.value:g} "
        f"min + {upgrades:g} upgrades x {assumed.upgrade_min.value:g} min) = {plain(alone)} min",
        f"{len(standby)} stores with a standby x {restarts + upgrades:g} failovers x {plain(failover_min)} min "
        f"= {plain(paired)} min",
        f"{assumed.zone_outages_per_year.value:g} zone lost, {'all in it' if one_zone else 'others go on'} "
        f"= {plain(zone)} min",
        f"causes that no redundancy of this kind helps against = {plain(shared)} min",
    )
    down = alone + paired + zone + shared
    return Availability(tier, max(0.0, 100 * (1 - down / _MINUTES_A_YEAR)), arithmetic)
