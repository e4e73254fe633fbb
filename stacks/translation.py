"""Pydantic's errors, in the words of `Problem`: what is allowed comes from the model's own JSON Schema."""

import difflib
import re
import reprlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stacks.problems import Problem, StackError
from stacks.schema import Stack
from stacks.targets import LATER_TARGETS

Node = Mapping[str, object]
Path = tuple[str, ...]

ROOT = "andamio:stack"
KIND: Path = ("target", "kind")
_SECRET = re.compile(r"key|secret|passw|token|credential", re.IGNORECASE)


def problems_of(error: ValidationError) -> list[Problem]:
    """One problem for each mistake, in the order of the model's fields."""
    details = error.errors(include_url=False)
    if any(_path(detail) == KIND for detail in details):
        # Another target's keys are no mistakes of their own: the kind is.
        details = [detail for detail in details if _path(detail)[:1] != ("target",) or _path(detail) == KIND]
    return [problem for detail in details for problem in _problems(detail)]


def _problems(detail: ErrorDetails) -> Sequence[Problem]:
    context = detail.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, StackError):
        return cause.problems
    path = _path(detail)
    key = ".".join(_printable(part) for part in path) or ROOT
    kind, value = detail["type"], detail["input"]
    if kind == "missing":
        allowed = _allowed(_node(path))
        return [Problem(key, "nothing", allowed, f"add {key}")]
    if kind in ("extra_forbidden", "enum", "invalid_key"):
        return [_unknown_key(path, key)]
    if path == KIND:
        return [_unknown_target(value)]
    allowed = str(context.get("allowed") or _allowed(_node(path)))
    mend = str(context.get("mend") or _mend(key, value, _node(path)))
    return [Problem(key, str(context.get("found") or shown(key, value)), allowed, mend)]


def shown(key: str, value: object) -> str:
    """`value` as a person would recognise it, on one line, short, and hidden where `key` names a secret."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        # Python refuses to write an integer of thousands of digits.
        return "a very large number" if isinstance(value, int) and value.bit_length() > 64 else str(value)
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if _SECRET.search(key.rsplit(".", 1)[-1]):
        return "a value that is not shown"
    short = reprlib.Repr()
    short.maxstring = short.maxother = 60
    return short.repr(value)


def _path(detail: ErrorDetails) -> Path:
    return tuple(str(part) for part in detail["loc"] if part != "[key]")


def _printable(part: str) -> str:
    return part if part.isprintable() and len(part) <= 60 else reprlib.repr(part)


def _unknown_target(value: object) -> Problem:
    later = isinstance(value, str) and value in LATER_TARGETS
    mend = f"use local; {value} is not available yet" if later else "set target.kind to local"
    return Problem("target.kind", shown("kind", value), "local", mend)


def _unknown_key(path: Path, key: str) -> Problem:
    known = _keys(_node(path[:-1]))
    name = path[-1] if path else ""
    close = difflib.get_close_matches(name[:60], known, n=1)
    mend = f"did you mean {close[0]}?" if close else "remove it"
    return Problem(key, "an unknown key", ", ".join(known), mend)


@cache
def _schema() -> Node:
    return Stack.model_json_schema()


def _resolve(node: object) -> Node:
    """The node itself: references followed, and of an optional value the part that is not null."""
    current = cast(Node, node)
    while True:
        if "$ref" in current:
            name = str(current["$ref"]).rsplit("/", 1)[-1]
            current = cast(Mapping[str, Node], _schema()["$defs"])[name]
        elif "anyOf" in current:
            options = cast(Sequence[Node], current["anyOf"])
            current = next(option for option in options if option.get("type") != "null")
        else:
            return current


def _node(path: Path) -> Node:
    """The schema of the value at `path`; an empty one where the schema knows nothing of it."""
    node = _resolve(_schema())
    for part in path:
        properties = cast(Mapping[str, Node], node.get("properties", {}))
        following = properties.get(part, node.get("additionalProperties"))
        if not isinstance(following, Mapping):
            return {}
        node = _resolve(following)
    return node


def _keys(node: Node) -> list[str]:
    names = cast(Node, node.get("propertyNames", {}))
    choices = _resolve(names).get("enum") if names else node.get("properties", {})
    return [str(name) for name in cast(Sequence[str], choices or ())]


def _allowed(node: Node) -> str:
    choices = node.get("enum") or ([node["const"]] if "const" in node else None)
    if choices:
        return " or ".join(str(choice) for choice in cast(Sequence[object], choices))
    kind = node.get("type")
    if kind in ("number", "integer"):
        noun = "a whole number" if kind == "integer" else "a number"
        low, high = node.get("minimum"), node.get("maximum")
        return f"{noun} from {low} to {high}"
    if kind == "string":
        return f"text of at most {node['maxLength']} characters" if "maxLength" in node else "text"
    keys = _keys(node)
    return f"a mapping with the keys {', '.join(keys)}" if keys else "another value"


def _mend(key: str, value: object, node: Node) -> str:
    allowed = _allowed(node)
    choices = node.get("enum")
    if isinstance(value, str) and choices:
        close = difflib.get_close_matches(value[:60], [str(choice) for choice in cast(Sequence[str], choices)], n=1)
        if close:
            return f"did you mean {close[0]}?"
    if isinstance(value, str) and node.get("type") in ("number", "integer") and _is_number(value):
        return "write it without quotes"
    if value is None:
        return f"remove {key} or give it a value"
    return f"write its keys below {key}" if node.get("type") == "object" else f"set {key} to {allowed}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", text) is not None
