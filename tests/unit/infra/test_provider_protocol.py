"""The provider as the engine speaks to it, over gRPC."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN

from infra.targets.local.provider.servicer import Servicer


@pytest.fixture(scope="module")
def provider() -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    server = grpc.server(ThreadPoolExecutor(2))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(threading.Event()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None).wait()


def urn(kind: str) -> str:
    return f"urn:pulumi:s::andamio::andamio:local:{kind}::name"


def struct(values: dict[str, object]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(values)
    return message


def test_a_bad_input_is_refused_by_the_name_of_its_property(provider: provider_pb2_grpc.ResourceProviderStub) -> None:
    news = struct({"path": "/x", "entropy_bytes": 1, "length": 3})
    failures = provider.Check(proto.CheckRequest(urn=urn("Secret"), news=news)).failures
    assert {failure.property for failure in failures} == {"entropy_bytes", "length"}
    assert all(failure.reason for failure in failures)


def test_values_that_are_not_known_yet_pass(provider: provider_pb2_grpc.ResourceProviderStub) -> None:
    news = struct({"root": UNKNOWN, "name": "a", "command": [UNKNOWN]})
    answer = provider.Check(proto.CheckRequest(urn=urn("Job"), news=news))
    assert list(answer.failures) == []
    assert answer.inputs == news


def test_a_changed_path_replaces_a_secret_and_an_unchanged_one_does_not(
    provider: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    olds = struct({"path": "/x", "prefix": "", "entropy_bytes": 32, "value": "v"})
    same = struct({"path": "/x", "prefix": "", "entropy_bytes": 32})
    moved = struct({"path": "/y", "prefix": "", "entropy_bytes": 32})
    none = provider.Diff(proto.DiffRequest(urn=urn("Secret"), olds=olds, news=same))
    some = provider.Diff(proto.DiffRequest(urn=urn("Secret"), olds=olds, news=moved))
    assert (none.changes, list(none.replaces)) == (proto.DiffResponse.DIFF_NONE, [])
    assert (some.changes, list(some.replaces)) == (proto.DiffResponse.DIFF_SOME, ["path"])


def test_whole_numbers_stay_whole_through_the_protocol(
    provider: provider_pb2_grpc.ResourceProviderStub, tmp_path: Path
) -> None:
    properties = struct({"path": str(tmp_path / "key"), "prefix": "", "entropy_bytes": 32})
    created = provider.Create(proto.CreateRequest(urn=urn("Secret"), properties=properties))
    state = json_format.MessageToDict(created.properties)
    assert state["value"] == (tmp_path / "key").read_text()
    gone = provider.Diff(proto.DiffRequest(urn=urn("Secret"), olds=created.properties, news=properties))
    assert gone.changes == proto.DiffResponse.DIFF_NONE


def test_a_resource_that_is_gone_is_read_as_gone(
    provider: provider_pb2_grpc.ResourceProviderStub, tmp_path: Path
) -> None:
    read = proto.ReadRequest(id=str(tmp_path / "none"), urn=urn("Secret"), properties=struct({}))
    assert provider.Read(read).id == ""


def test_a_failure_is_one_sentence_without_a_traceback(
    provider: provider_pb2_grpc.ResourceProviderStub, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    properties = struct({"path": str(tmp_path / "file/key"), "prefix": "", "entropy_bytes": 32})
    with pytest.raises(grpc.RpcError) as refused:
        provider.Create(proto.CreateRequest(urn=urn("Secret"), properties=properties))
    assert "NotADirectoryError" in refused.value.details()
    assert "Traceback" not in refused.value.details()
    assert "\n" not in refused.value.details()
