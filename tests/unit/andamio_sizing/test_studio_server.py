"""The studio's server: loopback only, its own page only, and the same numbers as the command."""

import http.client
import json
import threading
from collections.abc import Iterator

import pytest
from sizing_rig import AWS, call

from andamio.studio.server import StudioServer
from stacks.load_model.load import Load
from stacks.parse import parse
from stacks.pools.cluster import cluster_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[StudioServer]:
    with StudioServer(0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def request(
    server: StudioServer, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def sized(server: StudioServer, body: object) -> tuple[int, dict[str, object]]:
    status, _, answer = request(server, "POST", "/api/size", json.dumps(body), JSON)
    return status, json.loads(answer)


def test_it_listens_on_loopback_only(server: StudioServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_the_page_and_its_parts_are_served_with_a_policy_that_loads_nothing_else(server: StudioServer) -> None:
    for path in ("/", "/studio.css", "/studio.js", "/controls.js", "/tables.js", "/icon.svg"):
        status, headers, body = request(server, "GET", path)
        assert (status, bool(body)) == (200, True)
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        # The namespace of SVG is a name, not an address.
        assert b"http" not in body.replace(b"http://www.w3.org/2000/svg", b"")


def test_another_host_name_is_refused(server: StudioServer) -> None:
    for host in ("evil.example", f"evil.example:{server.server_port}", "127.0.0.1"):
        assert request(server, "GET", "/", headers={"Host": host})[0] == 421


def test_another_pages_request_is_refused(server: StudioServer) -> None:
    origin = {"Origin": "http://evil.example", **JSON}
    assert request(server, "POST", "/api/size", "{}", origin)[0] == 403
    assert request(server, "POST", "/api/size", "{}", {"Content-Type": "text/plain"})[0] == 415


def test_other_paths_and_methods_are_refused_with_the_same_guards(server: StudioServer) -> None:
    assert request(server, "GET", "/../server.py")[0] == 404
    assert request(server, "GET", "/static/studio.js")[0] == 404
    status, headers, _ = request(server, "DELETE", "/")
    assert status == 501
    assert "content-security-policy" in headers


@pytest.mark.parametrize("body", ["{", "[" * 5000, '{"load": {"documents": 1e999}}', "[]", '{"x": 1}', '{"target": 3}'])
def test_a_body_that_cannot_be_used_is_answered_not_crashed_on(server: StudioServer, body: str) -> None:
    status, _, answer = request(server, "POST", "/api/size", body, JSON)
    assert status in (400, 422)
    assert json.loads(answer)


def test_a_large_body_is_refused_before_it_is_read(server: StudioServer) -> None:
    assert request(server, "POST", "/api/size", "x" * 20_000, JSON)[0] == 413


def test_the_answer_is_that_of_the_command(server: StudioServer) -> None:
    load = Load(requests_per_s=120, concurrent_executions=200)
    _, answer = sized(server, {"load": load.model_dump()})
    command = json.loads(call("size", "--requests-per-s", "120", "--concurrent", "200", "--json").output)
    for key in ("tier", "lines", "custom", "tiers"):
        assert answer[key] == command[key]


def test_nodes_are_those_of_the_pools_and_the_file_is_a_stack(server: StudioServer) -> None:
    _, answer = sized(server, {"target": AWS})
    sizes = answer["sizes"]
    assert isinstance(sizes, dict)
    shown = sizes["enterprise"]["clouds"]["aws"]
    cluster = cluster_of(parse({"tier": "enterprise", "target": AWS}))
    assert shown["nodes"] == cluster.node_count
    assert [pool["sku"] for pool in shown["pools"]] == [pool.sku.name for pool in cluster.pools]
    assert "tier: enterprise" in sizes["enterprise"]["file"]


def test_a_size_the_target_cannot_have_says_so_beside_the_others(server: StudioServer) -> None:
    _, answer = sized(server, {"target": {**AWS, "zones": ["eu-west-1a"]}})
    sizes = answer["sizes"]
    assert isinstance(sizes, dict)
    assert sizes["minimum"]["file"]
    assert sizes["enterprise"]["file"] is None
    assert sizes["enterprise"]["problems"][0]["key"] == "target.zones"


def test_a_mistake_names_its_field(server: StudioServer) -> None:
    status, answer = sized(server, {"load": {"documents": None}})
    assert status == 422
    problems = answer["problems"]
    assert isinstance(problems, list)
    assert problems[0]["key"] == "load.documents"


def test_a_port_that_is_taken_is_named(server: StudioServer) -> None:
    assert f"--port: {server.server_port} cannot be used" in str(
        call("studio", "--port", str(server.server_port)).exception
    )
