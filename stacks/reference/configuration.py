"""The page of configuration: every key of a stack file, from the schema that editors use."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from stacks.components import Component
from stacks.json_schema import stack_file_schema
from stacks.placement import PLACEMENTS
from stacks.reference.table import table

Node = Mapping[str, object]

TITLE = """# Configuration

Generated from the models in `stacks/` by `python -m stacks.reference`. Do not edit.

A stack is one file, `stacks/Pulumi.<tier>-<target>[-<environment>].yaml`, with one object below
`config:`, `andamio:stack`. Editors complete it by [stack.schema.json](stack.schema.json). What is marked
*fixed* cannot change after the first deployment.
"""
_MODELS = {
    "Stack": "The stack",
    "LocalTarget": "target, kind: local",
    "LocalPorts": "target.ports of kind: local",
    "KubernetesTarget": "target, kind: kubernetes",
    "AwsTarget": "target, kind: aws",
    "GcpTarget": "target, kind: gcp",
    "AzureTarget": "target, kind: azure",
    "ComponentOverride": "components.<component>",
    "ChatModel": "chat_model",
}


def configuration_page() -> str:
    """The whole page."""
    models = cast(Mapping[str, Node], stack_file_schema()["$defs"])
    parts = [TITLE]
    for name, title in _MODELS.items():
        model = models[name]
        required = cast(Sequence[str], model.get("required", ()))
        rows = _rows(cast(Mapping[str, Node], model["properties"]), required, models)
        parts += [f"## {title}\n", f"{model['description']}\n", table(_HEADS, rows)]
    rows = ([component, ", ".join(PLACEMENTS[component]), component.sharing] for component in Component)
    parts += ["## Placements\n", "`managed` only on a cloud; the local target has one placement each.\n"]
    return "\n".join([*parts, table(["component", "placements", "split"], rows)])


_HEADS = ("key", "value", "default", "fixed", "meaning")


def _rows(
    properties: Mapping[str, Node], required: Sequence[str], models: Mapping[str, Node]
) -> Iterator[Sequence[object]]:
    for key, node in properties.items():
        default = "required" if key in required else _default(node.get("default"))
        fixed = "fixed" if node.get("immutable") else ""
        yield f"`{key}`", _value(node, models), default, fixed, node.get("description", "")


def _default(value: object) -> str:
    if value is None or value == {} or value == []:
        return ""
    return "see below" if isinstance(value, Mapping) else f"`{value}`"


def _value(node: Node, models: Mapping[str, Node]) -> str:
    """What may stand there, in a few words."""
    if "anyOf" in node:
        options = cast(Sequence[Node], node["anyOf"])
        return " or ".join(_value(option, models) for option in options if option.get("type") != "null")
    if "$ref" in node:
        return _value(models[str(node["$ref"]).rsplit("/", 1)[-1]], models)
    if "oneOf" in node or node.get("type") == "object":
        return "a mapping"
    if choices := node.get("enum") or ([node["const"]] if "const" in node else None):
        return ", ".join(f"`{choice}`" for choice in cast(Sequence[object], choices))
    if node.get("type") == "array":
        least, most = node.get("minItems", 0), node.get("maxItems")
        return f"a list of {least} to {most}: {_value(cast(Node, node['items']), models)}"
    kind = {"integer": "a whole number", "number": "a number", "string": "text"}[str(node["type"])]
    if "minimum" in node:
        return f"{kind} from {node['minimum']:.10g} to {node['maximum']:.10g}"
    return kind
