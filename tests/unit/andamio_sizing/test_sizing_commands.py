"""tiers, explain, size and init: what they print, what they write, and what they refuse."""

import io
import json
from pathlib import Path

import pytest
from sizing_rig import AWS, ZONES, call

from andamio import project
from andamio.failure import BadInput
from andamio.init import init
from stacks.components import Component
from stacks.stack_file import read_file
from stacks.tiers import TIERS


def test_tiers_prints_every_cell_of_both_tables() -> None:
    shown = json.loads(call("tiers", "--json").output)
    for name, tier in TIERS.items():
        for component, size in tier.sizes.items():
            assert shown[name][component.value]["memory_gib"] == size.memory_gib
    text = call("tiers").output
    assert all(component.value in text for component in Component)
    assert "→" in text


def test_explain_says_where_each_value_comes_from() -> None:
    values = {value["key"]: value for value in json.loads(call("explain", "minimum-local", "--json").output)}
    assert values["components.database.memory_gib"]["origin"] == "tier"
    assert values["postgres.shared_buffers_mib"]["origin"] == "derived"
    assert "25 %" in values["postgres.shared_buffers_mib"]["rule"]


def test_explain_narrows_to_a_component_and_a_pattern() -> None:
    of_cache = json.loads(call("explain", "minimum-local", "-c", "cache", "--json").output)
    assert {value["key"].split(".")[0] for value in of_cache} == {"components", "valkey"}
    cores = json.loads(call("explain", "minimum-local", "-k", "components.*.cpu", "--json").output)
    assert {value["key"].rsplit(".", 1)[1] for value in cores} == {"cpu"}


def test_a_key_that_nothing_has_is_refused() -> None:
    assert "--key: found 'nope'" in str(call("explain", "minimum-local", "-k", "nope").exception)


def test_size_shows_each_line_of_the_arithmetic_and_where_the_rates_are_from() -> None:
    text = call("size", "--requests-per-s", "50").output
    assert "50 requests/s x" in text
    assert "Use minimum." in text
    assert "shared cores" in text
    assert "andamio size-rates" in text


def test_size_writes_a_custom_file_that_validates(tmp_path: Path) -> None:
    place = ["--target", "aws", "--region", "eu-west-1", "--zones", ",".join(ZONES)]
    done = json.loads(call("size", "--concurrent", "400", "--availability", "99.9", *place, "--json").output)
    assert done["tier"] == "custom"
    assert done["custom"]["from"] == "enterprise"
    file = tmp_path / "Pulumi.custom-aws.yaml"
    file.write_text(done["stack_file"])
    assert read_file(file).size(Component.orchestrator).cpu == done["custom"]["rows"]["orchestrator"]["cpu"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--documents", "-1"], "load.documents: found -1"),
        (["--availability", "100"], "load.availability_percent: found 100"),
        (["--target", "aws"], "--region: found nothing; needed with --target aws"),
        (["--target", "local", "--region", "eu-west-1"], "--region: found 'eu-west-1'"),
        (["--rates", "/nowhere/rates.toml"], "no such file"),
        (["--concurrent", "100000"], "load.concurrent_executions"),
    ],
)
def test_size_names_what_it_cannot_use(arguments: list[str], message: str) -> None:
    assert message in str(call("size", *arguments).exception)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "stacks").mkdir()
    monkeypatch.setattr(project, "ROOT", tmp_path)
    return tmp_path / "stacks"


def test_init_writes_a_file_that_validates_under_its_name(folder: Path) -> None:
    done = call("init", "--tier", "enterprise", "--target", "aws", "--region", "eu-west-1", "--zones", ",".join(ZONES))
    assert done.exit_code == 0
    stack = read_file(folder / "Pulumi.enterprise-aws.yaml")
    assert stack.target.model_dump(mode="json") == {**AWS}


def test_init_puts_the_environment_into_the_name_and_the_schema_into_the_first_line(folder: Path) -> None:
    assert call("init", "--tier", "minimum", "--target", "local", "--env", "dev").exit_code == 0
    first = (folder / "Pulumi.minimum-local-dev.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/reference/stack.schema.json"


def test_init_leaves_a_file_that_exists_unless_forced(folder: Path) -> None:
    file = folder / "Pulumi.minimum-local.yaml"
    file.write_text("mine\n")
    assert "add --force" in str(call("init", "--tier", "minimum", "--target", "local").exception)
    assert file.read_text() == "mine\n"
    assert call("init", "--tier", "minimum", "--target", "local", "--force").exit_code == 0
    assert read_file(file).tier == "minimum"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--tier: found nothing, and there is no terminal to ask on"),
        (["--tier", "minimum"], "--target: found nothing"),
        (["--tier", "custom", "--target", "local"], "from: found nothing"),
        (["--tier", "minimum", "--from", "enterprise", "--target", "local"], "from: found enterprise"),
        (["--tier", "minimum", "--target", "kubernetes"], "--context: found nothing"),
        (["--tier", "minimum", "--target", "aws", "--region", "x", "--zones", "y"], "target.region: found 'x'"),
    ],
)
def test_init_writes_nothing_for_what_it_cannot_use(folder: Path, arguments: list[str], message: str) -> None:
    assert message in str(call("init", *arguments).exception)
    assert list(folder.iterdir()) == []


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def test_init_asks_on_a_terminal_what_the_flags_leave_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("huge\nenterprise\nkubernetes\nmy-cluster\na, b, c\nstaging\n"))
    init()
    stack = read_file(folder / "Pulumi.enterprise-kubernetes-staging.yaml")
    assert stack.zones == ("a", "b", "c")


def test_init_asks_before_it_writes_over_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "Pulumi.minimum-local-dev.yaml"
    file.write_text("mine\n")
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    with pytest.raises(BadInput, match="left as it is"):
        init(tier="minimum", target="local", environment="dev")
    assert file.read_text() == "mine\n"
