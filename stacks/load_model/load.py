"""The load a platform has to carry at its peak."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stacks.problems import Problem, StackError

MOST_AVAILABILITY = 99.99


class Load(BaseModel):
    """What is asked of one deployment: rates and concurrency at its peak, amounts it keeps, and how often it is up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_s: Annotated[float, Field(strict=True, ge=0, le=100_000, allow_inf_nan=False)] = Field(
        default=20.0, description="API requests a second at the peak, reads and writes, without starting executions."
    )
    concurrent_executions: Annotated[int, Field(strict=True, ge=0, le=100_000)] = Field(
        default=20, description="Agent executions that run at the same time at the peak."
    )
    execution_s: Annotated[float, Field(strict=True, ge=0.1, le=3600, allow_inf_nan=False)] = Field(
        default=10.0, description="Seconds one execution takes, mostly waiting for its chat model."
    )
    tokens_per_execution: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(
        default=4000, description="Tokens of one execution, read and written, which its journal keeps."
    )
    documents: Annotated[int, Field(strict=True, ge=0, le=100_000_000)] = Field(
        default=10_000, description="Documents in the knowledge base."
    )
    tokens_per_document: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(
        default=2000, description="Tokens of a typical document; 2000 are three to four pages."
    )
    retention_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = Field(
        default=30, description="Days for which executions, metrics and logs are kept."
    )
    availability_percent: Annotated[float, Field(strict=True, ge=90, le=MOST_AVAILABILITY, allow_inf_nan=False)] = (
        Field(default=99.5, description="Share of the time, in percent, that the platform answers.")
    )


def parse_load(raw: object) -> Load:
    """The load that `raw`, a mapping of plain data, describes; an absent key has its default.

    Raises StackError, one problem a mistake.
    """
    if not isinstance(raw, dict):
        raise StackError([Problem("load", type(raw).__name__, "a mapping", "write keys and numbers")])
    try:
        return Load.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = []
    for detail in details:
        name = str(detail["loc"][0]) if detail["loc"] else ""
        found = repr(detail["input"])[:60]
        field = Load.model_fields.get(name)
        if field is None:
            problems.append(Problem(f"load.{name[:60]}", "an unknown key", ", ".join(Load.model_fields), "remove it"))
            continue
        low, high = limits(name)
        noun = "a whole number" if field.annotation is int else "a number"
        allowed = f"{noun} from {low:g} to {high:g}"
        problems.append(Problem(f"load.{name}", found, allowed, f"set {name} to {allowed}"))
    raise StackError(problems)


def limits(name: str) -> tuple[float, float]:
    """The least and the most that the field `name` of a load may be. KeyError for an unknown one."""
    shape = Load.model_json_schema()["properties"][name]
    return float(shape["minimum"]), float(shape["maximum"])
