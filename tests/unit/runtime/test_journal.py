"""A run that is killed after any step, and replayed, repeats nothing but the step in flight."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest

from runtime.kit.peer import Json, PeerRefused, PeerUnavailable
from runtime.orchestrator.execution import Answer
from runtime.orchestrator.journal import Journal
from runtime.orchestrator.lease import Fenced, Work
from runtime.orchestrator.rules_model import RulesModel
from runtime.orchestrator.runner import Runner, ToolDescription, Transient

TENANT, EXECUTION = uuid4(), uuid4()
WORK = Work("Answer.", ["search_knowledge"], "How much memory does PostgreSQL need?", {})
RESULT: Json = {
    "results": [
        {
            "document_id": str(EXECUTION),
            "chunk": str(EXECUTION),
            "title": "Guide",
            "section": "Sizes",
            "score": 1.0,
            "similarity": 0.9,
            "text": "PostgreSQL needs 16GB of memory in the smallest tier.",
        }
    ]
}


class Killed(Exception):
    """The process died here."""


class Store:
    """Keeps what was written; dies before or after the write of a step, when told to."""

    def __init__(self, die_before: int | None = None, die_after: int | None = None) -> None:
        self.entries: dict[tuple[str, str], Json] = {}
        self.die_before = die_before
        self.die_after = die_after

    async def write(self, kind: str, key: str, content: Json, event: Mapping[str, object]) -> None:
        if len(self.entries) == self.die_before:
            raise Killed
        assert (kind, key) not in self.entries
        self.entries[kind, key] = content
        if len(self.entries) - 1 == self.die_after:
            raise Killed


class Toolbox:
    """Counts what really ran, by effect key."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.ran: list[str] = []
        self.failure = failure

    async def described(self, tenant: UUID) -> list[ToolDescription]:
        schema: dict[str, object] = {"type": "object", "properties": {"query": {"type": "string"}}}
        return [ToolDescription(name="search_knowledge", description="Search.", parameters=schema)]

    async def invoke(self, tenant: UUID, name: str, arguments: Mapping[str, Json], effect_key: str) -> Json:
        self.ran.append(effect_key)
        if self.failure:
            raise self.failure
        return RESULT


async def attempt(store: Store, toolbox: Toolbox) -> Answer:
    runner = Runner(RulesModel, toolbox, simulated=True)
    return await runner.run(TENANT, EXECUTION, WORK, Journal(store.entries, store))


async def test_an_undisturbed_run_answers_with_a_citation() -> None:
    store, toolbox = Store(), Toolbox()
    answer = await attempt(store, toolbox)
    assert "16GB" in answer.text
    assert [citation.index for citation in answer.citations] == [1]
    assert (answer.model, answer.simulated) == ("rules-v1", True)
    assert list(store.entries) == [("model", "0"), ("tool", "rules-1"), ("model", "1")]


@pytest.mark.parametrize("step", [0, 1, 2])
async def test_a_run_killed_after_a_step_was_recorded_does_not_repeat_it(step: int) -> None:
    store, toolbox = Store(die_after=step), Toolbox()
    with pytest.raises(Killed):
        await attempt(store, toolbox)
    store.die_after = None
    answer = await attempt(store, toolbox)
    assert answer == await attempt(Store(), Toolbox())
    assert toolbox.ran == [f"{EXECUTION}:rules-1"]


@pytest.mark.parametrize("step", [0, 1, 2])
async def test_a_run_killed_before_a_step_was_recorded_repeats_only_that_step(step: int) -> None:
    store, toolbox = Store(die_before=step), Toolbox()
    with pytest.raises(Killed):
        await attempt(store, toolbox)
    store.die_before = None
    assert await attempt(store, toolbox) == await attempt(Store(), Toolbox())
    # The tool's own step is the one in flight at 1; its effect key is the same, so the registry gives its first result.
    assert toolbox.ran == [f"{EXECUTION}:rules-1"] * (2 if step == 1 else 1)


async def test_a_worker_that_was_fenced_off_stops_at_its_next_write() -> None:
    class Taken(Store):
        async def write(self, kind: str, key: str, content: Json, event: Mapping[str, object]) -> None:
            raise Fenced

    toolbox = Toolbox()
    with pytest.raises(Fenced):
        await attempt(Taken(), toolbox)
    assert toolbox.ran == []


async def test_a_tools_service_that_is_away_is_worth_another_attempt() -> None:
    with pytest.raises(Transient, match="away"):
        await attempt(Store(), Toolbox(PeerUnavailable("away")))


async def test_the_refusal_of_a_tool_is_recorded_and_told_to_the_model() -> None:
    store = Store()
    answer = await attempt(store, Toolbox(PeerRefused("bad arguments")))
    assert store.entries["tool", "rules-1"] == {"error": "bad arguments"}
    assert "found nothing" in answer.text
    assert answer.citations == []
