"""A stack file as text."""

from collections.abc import Mapping

import yaml

from stacks.translation import ROOT

SCHEMA_LINE = "# yaml-language-server: $schema=../docs/reference/stack.schema.json"


def stack_text(raw: Mapping[str, object], comment: str = "") -> str:
    """The file that configures the stack `raw`, the plain value of `andamio:stack`; keys stay in their order."""
    lines = [SCHEMA_LINE] + ([f"# {comment}"] if comment else [])
    body = yaml.safe_dump({"config": {ROOT: dict(raw)}}, sort_keys=False, allow_unicode=True, default_flow_style=False)
    return "\n".join(lines) + "\n" + body
