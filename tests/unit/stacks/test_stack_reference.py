"""Generated pages and the schema for editors: fresh, complete, and agreeing with the models."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from stacks.components import Component
from stacks.json_schema import stack_file_schema
from stacks.reference.pages import FOLDER, PAGES, stale_pages, write_pages
from stacks.reference.table import table

CONFIGS = Path(__file__).parents[2] / "configs"
STACKS = Path(__file__).parents[3] / "stacks"
SCHEMA = stack_file_schema()


def models() -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    definitions: dict[str, dict[str, dict[str, dict[str, object]]]] = json.loads(json.dumps(SCHEMA["$defs"]))
    return definitions


def schema_errors(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    # Editors read YAML 1.2, where off is a word; PyYAML reads 1.1, where it is false.
    document = yaml.safe_load(text.replace(": off", ': "off"'))
    return (error.message for error in Draft202012Validator(SCHEMA).iter_errors(document))


def test_the_pages_in_docs_are_what_the_tables_say_now() -> None:
    assert stale_pages() == [], "run `python -m stacks.reference`"


def test_a_stale_or_missing_page_is_found_and_written(tmp_path: Path) -> None:
    assert {path.name for path in stale_pages(tmp_path)} == set(PAGES)
    assert len(write_pages(tmp_path)) == len(PAGES)
    assert stale_pages(tmp_path) == []
    (tmp_path / "sizes.md").write_text("something else")
    assert stale_pages(tmp_path) == [tmp_path / "sizes.md"]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", [*sorted(CONFIGS.glob("*.happy.*.yaml")), *sorted(STACKS.glob("Pulumi.*.yaml"))], ids=lambda path: path.stem
)
def test_what_validates_is_not_underlined_by_an_editor(path: Path) -> None:
    assert list(schema_errors(path)) == []


@pytest.mark.parametrize(
    "why",
    [
        "unknown-key",
        "unknown-tier",
        "unknown-component",
        "number-in-quotes",
        "custom-from-nothing",
        "from-beside-a-tier",
    ],
)
def test_what_a_schema_can_know_is_underlined_while_typing(why: str) -> None:
    assert list(schema_errors(CONFIGS / f"local.error.{why}.yaml"))


def test_every_shipped_stack_file_names_the_schema_for_editors() -> None:
    for path in STACKS.glob("Pulumi.*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert named.resolve() == (FOLDER / "stack.schema.json").resolve()


def test_every_key_has_a_description_and_every_optional_one_its_default() -> None:
    for name, model in models().items():
        properties = model.get("properties", {})
        for key, value in properties.items():
            assert value.get("description"), f"{name}.{key}"
            assert key in model.get("required", ()) or "default" in value or key == "components", f"{name}.{key}"


def test_each_component_is_a_key_with_its_sizes_and_its_placements() -> None:
    components = models()["Stack"]["properties"]["components"]["properties"]
    assert isinstance(components, dict)
    assert list(components) == [component.value for component in Component]
    assert "minimum: 4 cores, 16 GiB, 500 GiB disk" in components["database"]["description"]
    assert components["gateway"]["properties"]["placement"]["enum"] == ["in-cluster"]


def test_what_cannot_change_later_is_marked_in_each_target() -> None:
    fixed = {
        (name, key)
        for name, model in models().items()
        for key, value in model.get("properties", {}).items()
        if value.get("immutable")
    }
    assert fixed >= {(f"{kind}Target", "region") for kind in ("Aws", "Gcp", "Azure")}
    assert fixed >= {("KubernetesTarget", "context"), ("ComponentOverride", "placement"), ("Stack", "environment")}


def test_a_bar_in_a_cell_does_not_end_it_and_a_short_row_is_refused() -> None:
    assert "a\\|b" in table(["x"], [["a|b"]])
    with pytest.raises(ValueError, match="1 cells below 2 heads"):
        table(["x", "y"], [["a"]])
