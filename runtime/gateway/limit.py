"""Rate limits: one token bucket in Valkey for each credential and client, taken from in one atomic call."""

import hashlib
import math
from dataclasses import dataclass
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

# The bucket holds `capacity` tokens and refills evenly within a minute. Valkey's own clock is used, so
# replicas of the gateway agree. Returns {allowed, tokens left, seconds until one is there, as text}.
TAKE: Final = """
local capacity = tonumber(ARGV[1])
local rate = capacity / 60
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local bucket = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = tonumber(bucket[1]) or capacity
local at = tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local allowed = 0
if tokens >= 1 then
  tokens = tokens - 1
  allowed = 1
end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 90)
return {allowed, math.floor(tokens), tostring(math.max(0, (1 - tokens) / rate))}
"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the bucket said. `wait_s` is the time until the next token."""

    allowed: bool
    limit: int
    remaining: int
    wait_s: float

    def headers(self) -> dict[str, str]:
        """The headers that tell a client where it stands."""
        found = {"RateLimit-Limit": str(self.limit), "RateLimit-Remaining": str(self.remaining)}
        found["RateLimit-Reset"] = str(math.ceil((self.limit - self.remaining) * 60 / self.limit))
        if not self.allowed:
            found["Retry-After"] = str(max(1, math.ceil(self.wait_s)))
        return found


class RateLimit:
    """`per_minute` requests for each credential and client."""

    def __init__(self, cache: "Redis", per_minute: int) -> None:
        """Share the process's client."""
        self._take = cache.register_script(TAKE)
        self._per_minute = per_minute

    async def take(self, credential: str, client: str) -> Allowance | None:
        """One token, or None when Valkey does not answer; the caller decides what is open then."""
        key = "limit:" + hashlib.sha256(f"{credential}\0{client}".encode()).hexdigest()[:32]
        try:
            allowed, remaining, wait = await self._take(keys=[key], args=[self._per_minute])
        except (RedisError, OSError) as error:
            log.warning("limit_away", kind=type(error).__name__)
            return None
        return Allowance(bool(allowed), self._per_minute, int(remaining), float(wait))
