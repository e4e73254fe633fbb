"""The blobs port: any object store by its URL."""

from pathlib import Path

import obstore
from obstore.store import LocalStore

from tests.local_stack import LocalStack


def test_what_is_put_is_got_and_listed(shared_stack: LocalStack) -> None:
    store = LocalStore(Path(shared_stack.home.data / "blobs"), mkdir=True)
    obstore.put(store, "conformance/one", b"content")
    try:
        assert obstore.get(store, "conformance/one").bytes().to_bytes() == b"content"
        listed = [entry["path"] for page in obstore.list(store, "conformance") for entry in page]
        assert listed == ["conformance/one"]
    finally:
        obstore.delete(store, "conformance/one")
