"""The rates that sizing rests on: measured and assumed, from one data file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stacks.components import Component
from stacks.problems import Problem, StackError

RATES_FILE = Path(__file__).with_name("rates.toml")
_LARGEST_FILE_BYTES = 64 * 1024

Operation = Literal["request", "execution", "chunk"]
Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
ByComponent = Mapping[Component, Amount]
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Measurement(BaseModel):
    """Where, when and how the measured rates were taken; `operations` of each kind."""

    model_config = _STRICT

    machine: str
    date: str
    operations: int
    how: str = "andamio size-rates"


class Figure(BaseModel):
    """One figure that was not measured here: its `value`, and where it comes from or `why` it was chosen."""

    model_config = _STRICT

    value: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
    why: str


class Positive(Figure):
    """A figure that something is divided by."""

    value: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Assumed(BaseModel):
    """Figures that a user should replace by their own; units are in the names."""

    model_config = _STRICT

    utilisation: Positive
    average_share: Figure
    growth_factor: Positive
    hot_share: Figure
    memory_factor: Figure
    tokens_per_chunk: Positive
    bytes_per_token: Figure
    journal_copies: Figure
    reindex_hours: Positive
    message_bytes: Figure
    outage_hours: Figure
    embedding_cores: Positive
    stream_kib: Figure
    cache_key_bytes: Figure
    request_kib: Figure
    log_bytes_per_operation: Figure
    restarts_per_year: Figure
    restart_min: Figure
    upgrades_per_year: Figure
    upgrade_min: Figure
    zone_outages_per_year: Figure
    zone_outage_min: Figure
    failover_s: Figure
    shared_min_per_year: Figure


class Rates(BaseModel):
    """Everything the arithmetic uses beside the load.

    `core_ms`: milliseconds of one core for one operation, by component. `disk_bytes`: bytes on disk that one
    operation leaves. `idle_mib`: resident MiB of one idle process.
    """

    model_config = _STRICT

    measurement: Measurement
    core_ms: Mapping[Operation, ByComponent]
    disk_bytes: Mapping[Operation, ByComponent]
    idle_mib: ByComponent
    assumed: Assumed


@cache
def default_rates() -> Rates:
    """The rates that come with the product."""
    return read_rates(RATES_FILE)


def read_rates(path: Path) -> Rates:
    """The rates in the TOML file at `path`. Raises StackError when it cannot be read or lacks something."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE_BYTES + 1)
        if len(text) > _LARGEST_FILE_BYTES:
            raise StackError([Problem("file", "a larger file", "at most 64 KiB", "name a file of rates")], str(path))
        return Rates.model_validate(tomllib.loads(text.decode("utf-8")))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise StackError([Problem("file", reason, "a readable file", "check the path")], str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StackError([Problem("file", str(error)[:80], "TOML", "mend that place")], str(path)) from None
    except ValidationError as error:
        raise StackError([_problem(detail["loc"], detail["msg"]) for detail in error.errors()], str(path)) from None


def _problem(location: tuple[int | str, ...], message: str) -> Problem:
    key = ".".join(str(part)[:60] for part in location)
    mend = f"take it from {RATES_FILE.name}, which comes with the product"
    return Problem(key, message.lower(), "what that file has", mend)
