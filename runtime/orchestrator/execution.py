"""Executions: what callers send and get."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Status = Literal["queued", "running", "completed", "failed", "cancelled", "quarantined"]
TERMINAL: Final = frozenset({"completed", "failed", "cancelled", "quarantined"})


def _storable(text: str) -> str:
    if "\0" in text or not text.strip():
        raise ValueError("must not be blank, nor hold the character NUL")
    return text


class NewExecution(BaseModel):
    """A question for an agent."""

    model_config = ConfigDict(extra="forbid")

    agent_id: UUID
    input: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_storable)]


class Citation(BaseModel):
    """A passage the answer marks as [index]; `score` is its rank within its search, from 0 to 1."""

    index: int
    document_id: UUID
    title: str
    section: str
    chunk: UUID
    score: float
    text: str


class Timings(BaseModel):
    """Seconds: waiting for a worker, running, and both; absent while not known."""

    queued_s: float | None = None
    running_s: float | None = None
    total_s: float | None = None


class Execution(BaseModel):
    """An execution as stored. `simulated` says that no language model wrote the answer."""

    id: UUID
    agent_id: UUID
    status: Status
    input: str
    answer: str | None
    citations: list[Citation]
    model: str | None
    simulated: bool | None
    error: str | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    timings: Timings


class ExecutionPage(BaseModel):
    """Executions, newest first."""

    executions: list[Execution]


class Answer(BaseModel):
    """What a run of an agent ends with."""

    text: str
    citations: list[Citation]
    model: str
    simulated: bool


class Event(BaseModel):
    """One step of an execution; ids grow within it."""

    id: int
    type: str
    data: dict[str, object]
