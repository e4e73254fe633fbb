"""The rule of a derived value, written beside the value it explains."""

from dataclasses import MISSING, Field, field, fields
from typing import TypeVar, cast

T = TypeVar("T")


def ruled(rule: str, default: T | object = MISSING) -> T:
    """A dataclass field that carries `rule`, one phrase for people, and `default` where the value is fixed."""
    made: object = field(default=default, metadata={"rule": rule})
    return cast(T, made)


def rules_of(record: type) -> dict[str, str]:
    """The rule of each field of the dataclass `record`, by the field's name. KeyError for a field without one."""
    declared: tuple[Field[object], ...] = fields(record)
    return {entry.name: str(entry.metadata["rule"]) for entry in declared}
