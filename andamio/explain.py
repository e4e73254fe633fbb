"""`andamio explain`: every value of a stack, and where it came from."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from andamio.failure import BadInput
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import open_stack
from stacks.components import Component
from stacks.explain import FILE, Explained, Origin
from stacks.explain import explain as explain_stack

# Whose settings a group of derived values is.
_GROUPS = {
    "postgres": (Component.database,),
    "valkey": (Component.cache,),
    "nats": (Component.messages,),
    "weaviate": (Component.vectors,),
    "prometheus": (Component.monitoring,),
    "logs": (Component.logging,),
    "gateway": (Component.gateway,),
    "runtime": (Component.orchestrator, Component.embeddings),
}
_STYLES = {Origin.override: "yellow", Origin.derived: "cyan", Origin.tier: "", Origin.default: "dim"}


def explain(
    stack: StackName = DEFAULT_STACK,
    component: Annotated[
        Component | None, typer.Option("--component", "-c", help="Only one component's values.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", "-k", help="Only keys with this text, or a pattern such as '*.cpu'.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print every value of a stack with its origin (tier, override, default, derived) and its rule.

    Examples: `andamio explain` · `andamio explain enterprise-local -c database` · `andamio explain --key '*.cpu'`
    """
    values = [value for value in explain_stack(open_stack(stack).stack) if _wanted(value.key, component, key)]
    if not values:
        raise BadInput(f"--key: found {key!r}, which no key of {stack} has; `andamio explain {stack}` lists them")
    if as_json:
        print(json.dumps([asdict(value) for value in values], indent=2))
    else:
        _show(values, Console(highlight=False))


def _wanted(name: str, component: Component | None, key: str | None) -> bool:
    if component is not None and component not in _components(name):
        return False
    if key is None:
        return True
    return fnmatchcase(name, key) if any(sign in key for sign in "*?[") else key in name


def _components(name: str) -> tuple[Component, ...]:
    group, _, rest = name.partition(".")
    part = rest.partition(".")[0]
    if group in ("components", "pools"):
        return tuple(component for component in Component if component == part)
    return _GROUPS.get(group, ())


def _show(values: Sequence[Explained], console: Console) -> None:
    """One line a value; long rules run on rather than break, so that lines can be searched."""
    shown = [(value.key, _with_unit(value), value) for value in values]
    key_width, amount_width = max(len(line[0]) for line in shown), max(len(line[1]) for line in shown)
    for key, amount, value in shown:
        line = Text(f"{key:<{key_width}}  {amount:>{amount_width}}  ")
        line.append(f"{value.origin.value:<8}", _STYLES.get(value.origin, ""))
        source = "" if value.source in ("", FILE) else f" ({value.source})"
        line.append(f"  {value.rule}{source}", "dim")
        console.print(line, soft_wrap=True)


def _with_unit(value: Explained) -> str:
    number = f"{value.value:g}" if isinstance(value.value, float) else str(value.value)
    return f"{number} {value.unit}".rstrip()
