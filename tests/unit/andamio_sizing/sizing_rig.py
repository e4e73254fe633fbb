"""Stacks and files that the tests of sizing and rendering share."""

from pathlib import Path

import yaml
from typer.testing import CliRunner, Result

from andamio.main import app
from andamio.render.compose import Rendered, render_compose
from andamio.render.plan import ComposePlan
from stacks.parse import parse

FOLDER = Path(__file__).parent
ZONES = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
AWS: dict[str, object] = {"kind": "aws", "region": "eu-west-1", "zones": ZONES}
KUBERNETES: dict[str, object] = {"kind": "kubernetes", "context": "c", "zones": ["a", "b", "c"]}
LOCAL: dict[str, object] = {"kind": "local"}


def rendered(raw: dict[str, object], name: str = "a-stack") -> Rendered:
    return render_compose(ComposePlan(name, parse(raw)))


def document(of: Rendered) -> dict[str, dict[str, dict[str, object]]]:
    loaded = yaml.safe_load(of.files["compose.yaml"])
    assert isinstance(loaded, dict)
    return loaded


def call(*arguments: str) -> Result:
    """The command, in this process; errors of its own are in `exception`."""
    return CliRunner().invoke(app, list(arguments))
