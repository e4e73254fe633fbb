"""What a consumer of each port is given, taken from a stack that is up; the suites know no target."""

import os
import shutil
from dataclasses import dataclass

import psutil
import pytest

from stacks.components import Component
from stacks.derive.postgres import PostgresSettings, postgres_settings
from stacks.scale import scale_to_machine
from stacks.stack_file import read_file
from tests.local_stack import LocalStack


@dataclass(frozen=True)
class Access:
    """Where a port's server listens, and the credentials a consumer gets; ``port`` is the first of ``ports``."""

    ports: tuple[int, ...]
    secrets: dict[str, str]
    component: str
    stack: LocalStack

    @property
    def port(self) -> int:
        return self.ports[0]


def access(stack: LocalStack, component: str, ports: tuple[str, ...], **secrets: str) -> Access:
    """The access to ``component``; ``secrets`` maps the suite's name of a secret to its name in the stack."""
    values = {name: (stack.home.secrets / file).read_text() for name, file in secrets.items()}
    return Access(tuple(stack.ports[key] for key in ports), values, component, stack)


@pytest.fixture(scope="session")
def database(shared_stack: LocalStack) -> Access:
    return access(shared_stack, "database", ("database",), owner="database-owner", app="database-app")


@pytest.fixture(scope="session")
def database_settings(shared_stack: LocalStack) -> PostgresSettings:
    """What the sizing table says for the database that is up."""
    gib = 1024**3
    memory, disk = psutil.virtual_memory().total / gib, shutil.disk_usage(shared_stack.folder).total / gib
    scale = scale_to_machine(read_file(shared_stack.file), cores=os.cpu_count() or 1, memory_gib=memory, disk_gib=disk)
    return postgres_settings(scale.size(Component.database))


@pytest.fixture(scope="session")
def cache(shared_stack: LocalStack) -> Access:
    return access(shared_stack, "cache", ("cache",), password="cache")


@pytest.fixture(scope="session")
def messages(shared_stack: LocalStack) -> Access:
    return access(shared_stack, "messages", ("messages", "messages_monitor"), password="messages")


@pytest.fixture(scope="session")
def vectors(shared_stack: LocalStack) -> Access:
    return access(shared_stack, "vectors", ("vectors", "vectors_grpc"), key="vectors")


@pytest.fixture(scope="session")
def embeddings(shared_stack: LocalStack) -> Access:
    return access(shared_stack, "embeddings", ("embeddings",), key="embeddings")
