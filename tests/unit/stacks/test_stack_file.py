"""Stack files: the shipped ones, their names, and YAML that is wrong or hostile."""

from pathlib import Path

import pytest

from stacks.problems import StackError
from stacks.schema import stack_name
from stacks.stack_file import LARGEST_FILE_BYTES, read_file

SHIPPED = sorted((Path(__file__).parents[3] / "stacks").glob("Pulumi.*.yaml"))
GOOD = "config:\n  andamio:stack:\n    tier: minimum\n    target:\n      kind: local\n"


def problem_of(folder: Path, content: str | bytes, name: str = "stack.yaml") -> str:
    """The one line that reading `content` gives."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StackError) as caught:
        read_file(path)
    (problem,) = caught.value.problems
    assert str(caught.value) == f"{path}: {problem}"
    return str(problem)


def test_every_shipped_stack_file_is_valid_and_named_by_its_contents() -> None:
    assert {path.name for path in SHIPPED} >= {"Pulumi.minimum-local.yaml", "Pulumi.enterprise-local.yaml"}
    for path in SHIPPED:
        assert path.name == f"Pulumi.{stack_name(read_file(path))}.yaml"


def test_other_configuration_and_secrets_in_the_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.minimum-local.yaml"
    path.write_text("encryptionsalt: v1:abc\n" + GOOD + "  andamio:chatModelKey:\n    secure: v1:def\n")
    assert read_file(path).tier == "minimum"


def test_a_file_name_that_says_something_else_is_an_error(tmp_path: Path) -> None:
    line = problem_of(tmp_path, GOOD, "Pulumi.enterprise-local.yaml")
    assert line.startswith("file name: found 'enterprise-local'; allowed: minimum-local")
    assert "Rename the file to Pulumi.minimum-local.yaml" in line


def test_the_environment_is_part_of_the_name_unless_it_is_production(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.minimum-local-dev.yaml"
    path.write_text(GOOD + "    environment: dev\n")
    assert stack_name(read_file(path)) == "minimum-local-dev"
    assert "minimum-local-dev" in problem_of(tmp_path, GOOD + "    environment: dev\n", "Pulumi.minimum-local.yaml")


def test_a_key_written_twice_is_named_with_its_line(tmp_path: Path) -> None:
    line = problem_of(tmp_path, GOOD + "    tier: enterprise\n")
    assert line.startswith("line 6: file: found the key 'tier' a second time")


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "config:\n  a: [1, 2\n  b: 3\n").startswith("line 3: file: found broken YAML, ")


def test_aliases_are_refused_so_that_a_small_file_cannot_become_a_large_one(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(9)
    )
    assert problem_of(tmp_path, bomb).startswith("line 2: file: found an alias, which is not allowed here")


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        (b"\xff\xfe\x00", "file: found other bytes; allowed: text in UTF-8"),
        ("config: \x00", "file: found a character YAML does not allow"),
        ("[" * 5000, "file: found values that cannot be read"),
        ("config: 2026-99-99", "file: found values that cannot be read"),
        ("x" * (LARGEST_FILE_BYTES + 1), "file: found a larger file; allowed: at most 64 KiB"),
        ("? [a]\n: 1", "line 1: file: found a key that is no text"),
        ("config: !!python/object/apply:os.system [id]", "line 1: file: found could not determine a constructor"),
        ("", "config: found nothing; allowed: a mapping"),
        ("just text", "config: found nothing; allowed: a mapping"),
        ("config: 3", "config: found 3; allowed: a mapping"),
        ("config: {andamio:stak: {}}", "config.andamio:stack: found nothing; allowed: a mapping. Rename andamio:stak"),
        ("config: {andamio:stack: 3}", "andamio:stack: found 3; allowed: a mapping"),
    ],
)
def test_a_file_that_is_no_stack_gives_one_line(tmp_path: Path, content: str | bytes, beginning: str) -> None:
    assert problem_of(tmp_path, content).startswith(beginning)


def test_a_file_that_is_not_there_and_a_folder_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="file: found no such file or directory; allowed: a readable file"):
        read_file(tmp_path / "none.yaml")
    with pytest.raises(StackError, match="file: found is a directory"):
        read_file(tmp_path)
