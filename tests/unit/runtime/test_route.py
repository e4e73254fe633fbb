import pytest

from runtime.gateway.route import ROUTES, route_for

ID = "0fc5e765-8078-57e8-8c03-f68891038d67"


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/v1/documents", "knowledge"),
        ("DELETE", f"/v1/documents/{ID}", "knowledge"),
        ("POST", "/v1/search", "knowledge"),
        ("POST", "/v1/tools/search_knowledge/invoke", "tools"),
        ("PATCH", f"/v1/agents/{ID}", "orchestrator"),
        ("GET", f"/v1/executions/{ID}/events", "orchestrator"),
    ],
)
def test_public_routes_lead_to_their_service(method: str, path: str, service: str) -> None:
    route = route_for(method, path)
    assert route is not None
    assert route.service == service


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/v1/../metrics",
        "/v1/documents/../../metrics",
        "/v1/documents/%2e%2e",
        f"/v1/documents/{ID}/",
        f"/v1/documents/{ID}\n",
        f"//v1/documents/{ID}",
        "/v1/documents/not-an-id",
        "/v1/tools/Search/invoke",
        "/openapi.json",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_other_path_leads_nowhere(method: str, path: str) -> None:
    assert route_for(method, path) is None


def test_a_method_that_is_not_listed_leads_nowhere() -> None:
    assert route_for("PUT", "/v1/documents") is None
    assert route_for("get", "/v1/documents") is None


def test_everything_but_reading_is_closed_while_limits_cannot_be_checked() -> None:
    open_without_limits = {(route.method, route.template) for route in ROUTES if not route.spends}
    assert {method for method, _ in open_without_limits} == {"GET", "POST"}
    assert [template for method, template in open_without_limits if method == "POST"] == ["/v1/search"]
