"""Reading the configuration inside a Pulumi program, on the engine's own configuration store."""

import json
from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import set_all_config

from stacks.load import chat_model_key, load
from stacks.parse import parse

GOOD = {"tier": "minimum", "target": {"kind": "local"}}
CHAT = {"url": "https://host/v1", "name": "m", "api_key_secret": "chatModelKey"}


@pytest.fixture(autouse=True)
def _clean_configuration() -> Iterator[None]:
    yield
    set_all_config({})


def test_the_configured_stack_is_read() -> None:
    set_all_config({"andamio:stack": json.dumps(GOOD)})
    assert load() == parse(GOOD)


@pytest.mark.parametrize(
    ("value", "beginning"),
    [
        (None, "andamio:stack: found nothing; allowed: a mapping. Add andamio:stack"),
        ("{", "andamio:stack: found text that is no mapping; allowed: a mapping"),
        ("3", "andamio:stack: found 3; allowed: a mapping"),
        ('{"tier": "minimum"}', "target: found nothing"),
    ],
)
def test_a_wrong_configuration_is_an_error_without_a_traceback(value: str | None, beginning: str) -> None:
    set_all_config({} if value is None else {"andamio:stack": value})
    with pytest.raises(pulumi.RunError) as caught:
        load()
    assert str(caught.value).startswith(beginning)


async def test_the_chat_models_key_is_read_as_a_secret() -> None:
    set_all_config({"andamio:chatModelKey": "hunter2"}, ["andamio:chatModelKey"])
    key = chat_model_key(parse({**GOOD, "chat_model": CHAT}))
    assert key is not None
    assert await key.future() == "hunter2"
    assert await key.is_secret()


def test_a_key_that_is_not_set_is_named_with_the_command_that_sets_it() -> None:
    stack = parse({**GOOD, "chat_model": CHAT})
    with pytest.raises(pulumi.RunError, match="pulumi config set --secret andamio:chatModelKey"):
        chat_model_key(stack)


def test_without_a_chat_model_or_its_secret_there_is_no_key() -> None:
    keyless = {"url": "http://127.0.0.1:8000/v1", "name": "m"}
    assert chat_model_key(parse(GOOD)) is None
    assert chat_model_key(parse({**GOOD, "chat_model": keyless})) is None
