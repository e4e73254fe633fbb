"""The stack file of a custom size."""

from collections.abc import Mapping

from stacks.components import Component
from stacks.load_model.choice import Choice
from stacks.parse import parse
from stacks.schema import Environment, Stack
from stacks.sizes import ComponentSize
from stacks.tiers import TIERS, derived_max_replicas

Plain = dict[str, object]
_WRITTEN = ("cpu", "memory_gib", "storage_gib", "network_gbps", "replicas", "max_replicas")


def custom_stack(choice: Choice, target: Mapping[str, object], environment: Environment) -> Plain:
    """The value of `andamio:stack` for the choice's custom size on `target`: plain data that `parse` accepts.

    Only what differs from the tier it starts from is written. Raises StackError when the target cannot honour it.
    """
    rows = TIERS[choice.base].sizes
    draft: Plain = {"tier": "custom", "from": choice.base, "target": dict(target)}
    if environment != "production":
        draft["environment"] = environment
    placed = parse(draft)
    components = {
        component.value: written
        for component in Component
        if (written := _overrides(placed, component, rows[component], choice.custom[component]))
    }
    raw = {**draft, "components": components} if components else draft
    parse(raw)
    return raw


def _overrides(placed: Stack, component: Component, base: ComponentSize, size: ComponentSize) -> Plain:
    """What differs from the base; nothing for a component that does not run in this stack."""
    if not _runs(placed, component):
        return {}
    written: Plain = {}
    for key in _WRITTEN:
        value = getattr(size, key)
        if not placed.target.is_cluster and (key == "max_replicas" or (key == "replicas" and component.is_store)):
            continue
        default = derived_max_replicas(component, size.replicas) if key == "max_replicas" else getattr(base, key)
        if value != default:
            written[key] = _tidy(value)
    return written


def _runs(placed: Stack, component: Component) -> bool:
    return placed.placement(component).value in ("managed", "in-cluster")


def _tidy(value: float) -> float | int:
    """8 rather than 8.0, as a person would write it."""
    return int(value) if float(value).is_integer() else round(value, 4)
