"""Golden configurations: `tests/configs/<target>.{happy,error}.<why>.yaml`; a new case is a new file.

Beside each error case a `.txt` of the same name holds the message, without the file's name in front.
"""

from pathlib import Path

import pytest

from stacks.problems import StackError
from stacks.stack_file import read_file

CONFIGS = Path(__file__).parents[2] / "configs"
HAPPY = sorted(CONFIGS.glob("*.happy.*.yaml"))
ERRORS = sorted(CONFIGS.glob("*.error.*.yaml"))


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", HAPPY, ids=name)
def test_a_happy_configuration_is_accepted(path: Path) -> None:
    assert read_file(path).target.kind == path.name.split(".")[0]


@pytest.mark.parametrize("path", ERRORS, ids=name)
def test_an_error_configuration_gives_exactly_its_one_message(path: Path) -> None:
    with pytest.raises(StackError) as caught:
        read_file(path)
    (problem,) = caught.value.problems
    assert str(problem) == path.with_suffix(".txt").read_text(encoding="utf-8").strip()


def test_every_message_belongs_to_a_case_and_there_are_cases() -> None:
    assert HAPPY
    assert {path.with_suffix(".yaml") for path in CONFIGS.glob("*.error.*.txt")} == set(ERRORS)
