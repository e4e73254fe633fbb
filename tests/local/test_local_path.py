"""The main job through the gateway: documents, an agent, an execution, an answer with citations."""

import json
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

pytestmark = pytest.mark.timeout(200)

DOCUMENTS = {
    "Backups": "# Backups\n\nBackups of the database run every night at two and are kept for thirty days.",
    "Vacaciones": "# Vacaciones\n\nCada empleado tiene veintitrés días laborables de vacaciones al año.",
}
QUESTIONS = (
    ("How long are backups of the database kept?", "Backups", "thirty days"),
    ("¿Cuántos días de vacaciones tiene cada empleado?", "Vacaciones", "veintitrés días"),
)


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    id: int
    type: str
    data: dict[str, object]


@pytest.fixture
def agent(gateway: httpx.Client) -> str:
    for title, text in DOCUMENTS.items():
        gateway.post("/v1/documents", json={"title": title, "text": text}).raise_for_status()
    created = gateway.post("/v1/agents", json={"name": f"path-{uuid4().hex[:8]}"})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


@pytest.mark.parametrize(("question", "title", "words"), QUESTIONS)
def test_a_question_is_answered_from_the_documents_with_citations(
    gateway: httpx.Client, agent: str, question: str, title: str, words: str
) -> None:
    started = start(gateway, agent, question)
    assert [event.type for event in events(gateway, started)][-1] == "completed"
    answer = gateway.get(f"/v1/executions/{started}").json()
    assert answer["status"] == "completed"
    assert words in answer["answer"]
    assert answer["citations"][0]["title"] == title
    assert f"[{answer['citations'][0]['index']}]" in answer["answer"]
    assert (answer["model"], answer["simulated"]) == ("rules-v1", True)


def test_a_stream_goes_on_after_the_last_event_that_was_seen(gateway: httpx.Client, agent: str) -> None:
    started = start(gateway, agent, QUESTIONS[0][0])
    whole = events(gateway, started)
    assert whole[0].type == "queued"
    assert [event.id for event in whole] == sorted({event.id for event in whole})
    assert events(gateway, started, after=whole[0].id) == whole[1:]


def test_the_same_document_twice_is_one_document(gateway: httpx.Client, agent: str) -> None:
    text = DOCUMENTS["Backups"]
    again = gateway.post("/v1/documents", json={"title": "Backups", "text": text})
    assert again.status_code == 200
    assert again.json()["created"] is False


def test_the_same_idempotency_key_is_one_execution_and_another_body_is_refused(
    gateway: httpx.Client, agent: str
) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"agent_id": agent, "input": QUESTIONS[0][0]}
    first = gateway.post("/v1/executions", json=body, headers=headers)
    second = gateway.post("/v1/executions", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert gateway.post("/v1/executions", json={**body, "input": "else"}, headers=headers).status_code == 422


def start(gateway: httpx.Client, agent: str, question: str) -> str:
    answer = gateway.post("/v1/executions", json={"agent_id": agent, "input": question})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def events(gateway: httpx.Client, execution: str, after: int = 0) -> list[Event]:
    """Every event to the end of the stream."""
    headers = {"Last-Event-ID": str(after)} if after else {}
    with gateway.stream("GET", f"/v1/executions/{execution}/events", headers=headers) as stream:
        text = "".join(stream.iter_text()).replace("\r\n", "\n")
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append(Event(int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found
