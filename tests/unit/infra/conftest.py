"""A folder for a stack, and a real supervisor in it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.targets.local.home import Home
from infra.targets.local.provider.supervisor import SupervisorHandler


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "stack")


@pytest.fixture
def cancelled() -> threading.Event:
    return threading.Event()


@pytest.fixture
def supervised(home: Home) -> Iterator[Home]:
    """The home of a supervisor that runs."""
    handler = SupervisorHandler()
    handler.create({"root": str(home.root), "ports": {}})
    try:
        yield home
    finally:
        handler.delete(str(home.root), {})
