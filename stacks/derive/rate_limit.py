"""How many requests the gateway lets through: of one client, and of all together."""

from dataclasses import dataclass

from stacks.derive.rule import GUIDE, ruled
from stacks.sizes import ComponentSize

# The guide's ingress: `rate-limit: "100"`, `rate-limit-window: "1m"`.
CLIENT_PER_MINUTE = 100
# Python's HTTP server forwards several hundred small requests a second on one core; streams and bodies of
# documents cost more, and a core that is always full answers late.
REQUESTS_PER_CORE_S = 100


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Requests a minute: of one client, of all clients at one gateway replica, and at all replicas."""

    replica_per_minute: int = ruled("100 requests a second for each of the replica's cores (estimate)")
    total_per_minute: int = ruled("the same for all cores of the gateway, before autoscaling")
    client_per_minute: int = ruled("100 requests a minute", CLIENT_PER_MINUTE, source=GUIDE)


def rate_limits(gateway: ComponentSize) -> RateLimits:
    """The limits at a gateway of that size; a replica always serves at least one client's worth."""
    replica = max(CLIENT_PER_MINUTE, round(gateway.replica.cpu * REQUESTS_PER_CORE_S * 60))
    return RateLimits(replica_per_minute=replica, total_per_minute=replica * gateway.replicas)
