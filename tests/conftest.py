"""The platform that the suites of real servers share: it comes up once."""

import signal
from collections.abc import Iterator

import pytest

from tests.local_stack import LocalStack

# Whoever starts the tests in the background lets them ignore SIGINT, and every program they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack that is up and ready; tests may kill its programs but leave it healthy."""
    stack = LocalStack(tmp_path_factory.mktemp("shared"))
    try:
        stack.run("up")
        yield stack
    finally:
        stack.tear_down()


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of the module's own that is not up yet; it is removed at the end."""
    stack = LocalStack(tmp_path_factory.mktemp("own"))
    try:
        yield stack
    finally:
        stack.tear_down()
