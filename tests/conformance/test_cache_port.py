"""The cache port: a password, an append-only file, a memory limit, durability of a second."""

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.conformance.conftest import Access
from tests.local_stack import eventually

pytestmark = pytest.mark.timeout(200)


def client(cache: Access, password: str | None) -> "Redis":
    return Redis(host="127.0.0.1", port=cache.port, password=password, decode_responses=True, socket_timeout=5)


@pytest.mark.parametrize("password", [None, "wrong"])
def test_without_the_password_nothing_is_answered(cache: Access, password: str | None) -> None:
    with client(cache, password) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_it_keeps_an_append_only_file_and_a_memory_limit(cache: Access) -> None:
    with client(cache, cache.secrets["password"]) as known:
        found = known.config_get("appendonly", "maxmemory", "maxmemory-policy")
    assert found["appendonly"] == "yes"
    assert int(found["maxmemory"]) > 0
    assert found["maxmemory-policy"] == "volatile-lru"


def test_what_was_written_survives_a_kill_9(cache: Access) -> None:
    with client(cache, cache.secrets["password"]) as known:
        known.set("conformance", "kept")
        # WAITAOF answers once the write is on disk, which the everysec policy does within a second or two
        assert known.execute_command("WAITAOF", 1, 0, 5000)[0] == 1
    cache.stack.kill("cache")
    with client(cache, cache.secrets["password"]) as known:
        assert eventually(lambda: value(known), 30, "the value is back") == "kept"
        known.delete("conformance")


def value(known: "Redis") -> str | None:
    try:
        return known.get("conformance")
    except RedisConnectionError:  # also while it loads
        return None
