"""The messages port: credentials, JetStream on disk, every acknowledged message survives."""

import json
from urllib.request import urlopen
from uuid import uuid4

import nats
import pytest
from nats.errors import Error as NatsError
from nats.js.api import StorageType

from tests.conformance.conftest import Access
from tests.local_stack import eventually

pytestmark = pytest.mark.timeout(200)
USER = "andamio"


async def connect(messages: Access, password: str | None) -> nats.NATS:
    url = f"nats://127.0.0.1:{messages.port}"
    user = USER if password else None
    return await nats.connect(url, user=user, password=password, allow_reconnect=False, connect_timeout=5)


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_without_the_password_nobody_connects(messages: Access, password: str | None) -> None:
    with pytest.raises(NatsError, match=r"(?i)authorization"):
        await connect(messages, password)


def test_every_acknowledged_message_is_on_disk(messages: Access) -> None:
    with urlopen(f"http://127.0.0.1:{messages.ports[1]}/varz", timeout=5) as answer:
        config = json.load(answer)["jetstream"]["config"]
    assert config["sync_always"] is True
    assert config["max_storage"] > 0


async def test_an_acknowledged_message_survives_a_kill_9(messages: Access) -> None:
    stream, password = f"conformance-{uuid4().hex[:8]}", messages.secrets["password"]
    connection = await connect(messages, password)
    await connection.jetstream().add_stream(name=stream, subjects=[stream], storage=StorageType.FILE)
    acknowledged = await connection.jetstream().publish(stream, b"kept")
    messages.stack.kill("messages")
    eventually(lambda: messages.stack.status()["healthy"], 60, "the platform is healthy after the kill")
    connection = await connect(messages, password)
    kept = await connection.jetstream().get_msg(stream, acknowledged.seq)
    assert kept.data == b"kept"
    await connection.jetstream().delete_stream(stream)
    await connection.close()
