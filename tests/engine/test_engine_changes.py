"""The life of a stack on the real engine: up, again, a change, a loss, by hand, down, and up again."""

import json
import os

import psutil
import pytest

from tests.local_stack import LocalStack, eventually, free_ports

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def stack(own_stack: LocalStack) -> LocalStack:
    own_stack.run("up")
    return own_stack


def changes(stack: LocalStack) -> dict[str, int]:
    return dict(json.loads(stack.run("preview", "--json").stdout)["changes"])


def test_an_up_ends_with_everything_ready(stack: LocalStack) -> None:
    status = stack.status()
    assert status["healthy"] is True
    assert status["missing"] == []


def test_a_second_up_changes_nothing_and_restarts_nothing(stack: LocalStack) -> None:
    before = stack.pids()
    assert set(changes(stack)) == {"same"}
    stack.run("up")
    assert stack.pids() == before


def test_a_changed_port_restarts_only_the_programs_that_use_it(stack: LocalStack) -> None:
    before = stack.pids()
    (stack.ports["messages_monitor"],) = free_ports(1)
    stack.write()
    stack.run("up")
    after = stack.pids()
    assert after["messages"] != before["messages"]
    assert {k: v for k, v in after.items() if k != "messages"} == {k: v for k, v in before.items() if k != "messages"}
    assert stack.status()["healthy"] is True
