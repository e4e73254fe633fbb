"""Placements, and what belongs to them: an endpoint and a secret to `external`, sizes to what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.components import Component
from stacks.placement import PLACEMENTS, Placement, allowed_placements
from stacks.problems import Problem

if TYPE_CHECKING:
    from stacks.override import ComponentOverride
    from stacks.schema import Stack

# What speaks HTTP is found by a URL, what does not by host and port.
_BY_URL = frozenset({Component.vectors, Component.embeddings, Component.monitoring, Component.logging})


def place_problems(stack: Stack) -> list[Problem]:
    """At most one problem a component."""
    problems = []
    for component, override in stack.components.items():
        problem = _placement(stack, component, override) or _access(stack, component, override)
        problem = problem or _honoured(stack, component, override)
        problems += [problem] if problem else []
    return problems


def _placement(stack: Stack, component: Component, override: ComponentOverride) -> Problem | None:
    kind, written = stack.target.kind, override.placement
    allowed = allowed_placements(component, kind)
    if written is None or written in allowed:
        return None
    anywhere = " or ".join(PLACEMENTS[component])
    here = " or ".join(allowed)
    if written not in PLACEMENTS[component]:
        mend = f"set components.{component}.placement to {here}, or remove it"
        return Problem(f"components.{component}.placement", written, anywhere, mend)
    why = "this machine runs each component as its own process" if kind == "local" else "only a cloud manages stores"
    mend = f"remove components.{component}.placement: {why}"
    return Problem(f"components.{component}.placement", written, f"{here} on the {kind} target", mend)


def _access(stack: Stack, component: Component, override: ComponentOverride) -> Problem | None:
    path = f"components.{component}"
    if stack.placement(component) is not Placement.external:
        for key in ("endpoint", "secret"):
            if getattr(override, key) is not None:
                mend = f"remove {path}.{key}, or set {path}.placement to external"
                return Problem(f"{path}.{key}", "a value", f"only beside {path}.placement: external", mend)
        return None
    by_url = component in _BY_URL
    form = "an http or https URL" if by_url else "host:port"
    if override.endpoint is None:
        return Problem(f"{path}.endpoint", "nothing", form, f"add {path}.endpoint: where the external {component} is")
    if override.endpoint.startswith(("http://", "https://")) is not by_url:
        return Problem(f"{path}.endpoint", repr(override.endpoint), form, f"write {path}.endpoint as {form}")
    if override.secret is None:
        mend = "store its credentials with `pulumi config set --secret andamio:<name>` and write that name here"
        return Problem(f"{path}.secret", "nothing", "the name of a Pulumi secret", mend)
    return None


def _honoured(stack: Stack, component: Component, override: ComponentOverride) -> Problem | None:
    """Values that have no effect where the component is."""
    path = f"components.{component}"
    written = [key for key in override.model_dump(exclude_none=True) if key != "placement"]
    if stack.placement(component) is Placement.off and written:
        where = f"{component} is off" + (" on the local target" if stack.target.kind == "local" else "")
        found = str(getattr(override, written[0]))
        return Problem(f"{path}.{written[0]}", found, f"nothing while {where}", f"remove {path}.{written[0]}")
    if stack.target.is_cluster:
        return None
    if override.max_replicas is not None:
        mend = f"remove {path}.max_replicas: one machine does not scale by itself; set {path}.replicas"
        return Problem(f"{path}.max_replicas", str(override.max_replicas), "nothing on the local target", mend)
    if component.is_store and override.replicas is not None and override.replicas > 1:
        mend = f"remove {path}.replicas: one machine runs each store as one process"
        return Problem(f"{path}.replicas", str(override.replicas), "1 on the local target", mend)
    return None
