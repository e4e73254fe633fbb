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

Node = Mapping[str, object]
Path = tuple[str, ...]

ROOT = "andamio:stack"
TARGET: Path = ("target",)
_TAG_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_SECRET = re.compile(r"key|secret|passw|token|credential", re.IGNORECASE)


def problems_of(error: ValidationError) -> list[Problem]:
    """One problem for each mistake, in the order of the model's fields."""
    details = error.errors(include_url=False)
    # A list with a wrong entry is told as that entry, not also as too short without it.
    inner = {_path(detail)[:-1] for detail in details}
    details = [detail for detail in details if detail["type"] != "too_short" or _path(detail) not in inner]
    return [problem for detail in details for problem in _problems(detail)]


def _problems(detail: ErrorDetails) -> Sequence[Problem]:
    context = detail.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, StackError):
        return cause.problems
    path = _path(detail)
    key = _key(path)
    kind, value = detail["type"], detail["input"]
    if kind == "missing":
        return [Problem(key, "nothing", _allowed(_node(path)), f"add {key}")]
    if kind in ("extra_forbidden", "invalid_key") or "[key]" in detail["loc"]:
        return [_unknown_key(path, key)]
    if kind in _TAG_ERRORS:
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
    """Where in the schema: below `target` the kind comes first, as the schema has a model for each."""
    return tuple(str(part) for part in detail["loc"] if part != "[key]")


def _key(path: Path) -> str:
    """The same as the person wrote it: without the kind."""
    written = path[:1] + path[2:] if path[:1] == TARGET and len(path) > 2 else path
    return ".".join(_printable(part) for part in written) or ROOT


def _printable(part: str) -> str:
    return part if part.isprintable() and len(part) <= 60 else reprlib.repr(part)


def _unknown_target(value: object) -> Problem:
    kinds = _kinds(_node(TARGET))
    found = value.get("kind") if isinstance(value, Mapping) else None
    close = difflib.get_close_matches(found[:60], kinds, n=1) if isinstance(found, str) else []
    mend = "add target.kind" if found is None else "set target.kind to one of them"
    mend = f"did you mean {close[0]}?" if close else mend
    return Problem("target.kind", shown("kind", found), " or ".join(kinds), mend)


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
        following = _child(node, part)
        if not isinstance(following, Mapping):
            return {}
        node = _resolve(following)
    return node


def _child(node: Node, part: str) -> object:
    if "discriminator" in node:
        reference = cast(Mapping[str, str], cast(Node, node["discriminator"])["mapping"]).get(part)
        return {"$ref": reference} if reference else None
    if node.get("type") == "array":
        return node.get("items")
    properties = cast(Mapping[str, Node], node.get("properties", {}))
    return properties.get(part, node.get("additionalProperties"))


def _kinds(node: Node) -> list[str]:
    """The kinds of a union of models, in the order of declaration."""
    models = (_resolve(option) for option in cast(Sequence[Node], node["oneOf"]))
    return [str(cast(Mapping[str, Node], model["properties"])["kind"]["const"]) for model in models]


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
    if kind == "array":
        return f"a list of {node.get('minItems', 0)} to {node['maxItems']} entries"
    if "discriminator" in node:
        return f"a mapping with the key kind: {' or '.join(_kinds(node))}"
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
