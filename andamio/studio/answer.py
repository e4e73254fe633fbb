"""What the page shows: the answer to a load, for both tiers and a custom size, on every cloud."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import get_args

from andamio.size_report import Data, choice_data
from andamio.stack_text import stack_text
from andamio.studio.place import CLOUDS, EXAMPLES
from andamio.tiers import row
from stacks.components import Component
from stacks.load_model.choice import Choice, choose_size
from stacks.load_model.load import Load, limits, parse_load
from stacks.load_model.made_to_measure import custom_stack
from stacks.load_model.rates import Rates
from stacks.parse import parse
from stacks.pools.cluster import Cluster, cluster_of
from stacks.problems import Problem, StackError
from stacks.schema import Environment
from stacks.sizes import ComponentSize
from stacks.tiers import TIERS
from stacks.warning import stack_warnings

_ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
_KEYS = ("load", "target", "environment")
# A stack file's value for a target.
Maker = Callable[[Mapping[str, object]], Data]


def form() -> Data:
    """What the page asks for: each field of a load with its default, limits and meaning, targets, environments."""
    fields = []
    for name, field in Load.model_fields.items():
        low, high = limits(name)
        whole = field.annotation is int
        fields.append(
            {
                "name": name,
                "default": field.default,
                "least": low,
                "most": high,
                "whole": whole,
                "text": field.description,
            }
        )
    return {"fields": fields, "targets": dict(EXAMPLES), "environments": list(_ENVIRONMENTS)}


def answer(raw: object, rates: Rates) -> Data:
    """The comparison for `raw`: a mapping with `load`, `target` and `environment`, each optional.

    Raises StackError for what cannot be used. A size that a target or a cloud cannot have says so in its place.
    """
    if not isinstance(raw, dict) or not set(raw) <= set(_KEYS):
        raise StackError([Problem("request", "something else", f"a mapping of {', '.join(_KEYS)}", "send that")])
    target = raw.get("target", EXAMPLES["local"])
    if not isinstance(target, dict | Mapping):
        raise StackError([Problem("target", type(target).__name__, "a mapping", "write kind and what it needs")])
    environment = _environment(raw.get("environment", "production"))
    choice = choose_size(parse_load(raw.get("load", {})), rates)
    makers: dict[str, Maker] = {name: _tier_maker(name, environment) for name in TIERS}
    makers["custom"] = lambda place: custom_stack(choice, place, environment)
    rows: dict[str, Mapping[Component, ComponentSize]] = {name: tier.sizes for name, tier in TIERS.items()}
    rows["custom"] = choice.custom
    sizes = {name: _size(rows[name], makers[name], target) for name in makers}
    needs = {
        part.value: {
            quantity: choice.demand.of(part, quantity)
            for quantity in ("cpu", "memory_gib", "storage_gib", "replicas")
            if choice.demand.says(part, quantity)
        }
        for part in Component
    }
    return {**choice_data(choice, rates), "needs": needs, "sizes": sizes, "base": _base(choice)}


def _environment(value: object) -> Environment:
    found: Environment | None = next((name for name in _ENVIRONMENTS if name == value), None)
    if found is None:
        allowed = " or ".join(_ENVIRONMENTS)
        raise StackError([Problem("environment", str(value)[:60], allowed, f"set environment to {allowed}")])
    return found


def _base(choice: Choice) -> Data:
    return {"name": choice.base, "availability_percent": choice.fits[choice.base].availability.percent}


def _tier_maker(name: str, environment: Environment) -> Maker:
    def make(place: Mapping[str, object]) -> Data:
        raw: Data = {"tier": name, "target": dict(place)}
        return raw if environment == "production" else {**raw, "environment": environment}

    return make


def _size(sizes: Mapping[Component, ComponentSize], make: Maker, target: Mapping[str, object]) -> Data:
    copies = {part: size.copies for part, size in sizes.items()}
    total = {
        key: sum(float(getattr(size, key)) * copies[part] for part, size in sizes.items())
        for key in ("cpu", "memory_gib", "storage_gib")
    }
    shown: Data = {"rows": {part.value: row(size) for part, size in sizes.items()}, "total": total}
    shown["clouds"] = {cloud: _cloud(make, EXAMPLES[cloud]) for cloud in CLOUDS}
    try:
        raw = make(target)
        warnings = [asdict(warning) for warning in stack_warnings(parse(raw))]
        return {**shown, "file": stack_text(raw), "warnings": warnings, "problems": []}
    except StackError as error:
        return {**shown, "file": None, "warnings": [], "problems": problem_data(error)}


def _cloud(make: Maker, place: Mapping[str, object]) -> Data:
    try:
        return _cluster_data(cluster_of(parse(make(place))))
    except StackError as error:
        return {"problems": problem_data(error)}


def _cluster_data(cluster: Cluster) -> Data:
    pools = [
        {
            "name": pool.name,
            "sku": pool.sku.name,
            "vcpu": pool.sku.vcpu,
            "memory_gib": pool.sku.memory_gib,
            "nodes": pool.node_count,
            "zones": len(pool.zones),
            "cpu_used": pool.utilisation.cpu,
            "memory_used": pool.utilisation.memory,
        }
        for pool in cluster.pools
    ]
    managed = {part.value: sku.description for part, sku in cluster.managed.items()}
    return {"pools": pools, "nodes": cluster.node_count, "managed": managed, "problems": []}


def problem_data(error: StackError) -> list[Data]:
    """The problems of an error, each with its line for people as `text`."""
    return [{**asdict(problem), "text": str(problem)} for problem in error.problems]
