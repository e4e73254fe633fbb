import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as CacheAway

from runtime.gateway.limit import Allowance, RateLimit


def test_a_refusal_says_when_to_come_back() -> None:
    headers = Allowance(allowed=False, limit=100, remaining=0, wait_s=0.4).headers()
    assert headers == {
        "RateLimit-Limit": "100",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "60",
        "Retry-After": "1",
    }


def test_an_allowance_does_not_tell_to_wait() -> None:
    assert "Retry-After" not in Allowance(allowed=True, limit=100, remaining=99, wait_s=0).headers()


async def test_without_valkey_the_answer_is_unknown_and_not_yes(unused_tcp_port: int) -> None:
    cache = Redis(host="127.0.0.1", port=unused_tcp_port, socket_connect_timeout=1)
    assert await RateLimit(cache, 100).take("credential", "127.0.0.1") is None
    with pytest.raises(CacheAway):
        await cache.ping()
    await cache.aclose()
