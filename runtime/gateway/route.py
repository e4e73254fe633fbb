"""The allow-list: which method on which path goes to which service. Everything else is 404."""

import re
from dataclasses import dataclass
from typing import Final, Literal

Service = Literal["orchestrator", "tools", "knowledge"]
PARAMETERS: Final = {
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "name": r"[a-z][a-z0-9_]{0,63}",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One public route. `spends` marks those that change or cost something: they are closed without rate
    limits.
    """

    method: str
    template: str
    service: Service
    spends: bool

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is for this route; the path is compared as it was sent, undecoded."""
        pattern = re.sub(r"\{(\w+)\}", lambda found: PARAMETERS[found[1]], self.template)
        return method == self.method and re.fullmatch(pattern, path) is not None


ROUTES: Final = (
    Route("POST", "/v1/documents", "knowledge", True),
    Route("GET", "/v1/documents", "knowledge", False),
    Route("GET", "/v1/documents/{id}", "knowledge", False),
    Route("DELETE", "/v1/documents/{id}", "knowledge", True),
    Route("POST", "/v1/search", "knowledge", False),
    Route("GET", "/v1/tools", "tools", False),
    Route("POST", "/v1/tools/{name}/invoke", "tools", True),
    Route("POST", "/v1/agents", "orchestrator", True),
    Route("GET", "/v1/agents", "orchestrator", False),
    Route("GET", "/v1/agents/{id}", "orchestrator", False),
    Route("PATCH", "/v1/agents/{id}", "orchestrator", True),
    Route("DELETE", "/v1/agents/{id}", "orchestrator", True),
    Route("POST", "/v1/executions", "orchestrator", True),
    Route("GET", "/v1/executions", "orchestrator", False),
    Route("GET", "/v1/executions/{id}", "orchestrator", False),
    Route("GET", "/v1/executions/{id}/events", "orchestrator", False),
    Route("POST", "/v1/executions/{id}/cancel", "orchestrator", True),
)


def route_for(method: str, path: str) -> Route | None:
    """The public route of a request, or None."""
    return next((route for route in ROUTES if route.matches(method, path)), None)
