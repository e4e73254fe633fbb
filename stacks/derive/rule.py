"""The rule of a derived value and where it comes from, written beside the value it explains."""

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TypeVar, cast

T = TypeVar("T")

GUIDE = "guide"
OURS = "andamio"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a value follows from others, in one phrase, and the `source` of that rule: the guide, us, a manual."""

    text: str
    source: str


def ruled(rule: str, default: T | object = MISSING, *, source: str = OURS) -> T:
    """A dataclass field that carries its rule, one phrase for people, and `default` where the value is fixed."""
    made: object = field(default=default, metadata={"rule": Rule(rule, source)})
    return cast(T, made)


def rules_of(record: type) -> dict[str, Rule]:
    """The rule of each field of the dataclass `record`, by the field's name. KeyError for a field without one."""
    declared: tuple[Field[object], ...] = fields(record)
    return {entry.name: cast(Rule, entry.metadata["rule"]) for entry in declared}
