"""What decides whether two requests are the same; the rows themselves are tested on a real server."""

from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from runtime.knowledge.document import NewDocument
from runtime.knowledge.library import identity_of
from runtime.knowledge.repository import chunk_id
from runtime.orchestrator.execution import NewExecution
from runtime.orchestrator.repository import fingerprint_of

TENANT = UUID("0fc5e765-8078-57e8-8c03-f68891038d67")


def test_the_same_body_has_the_same_fingerprint_however_its_keys_were_ordered() -> None:
    first = NewExecution.model_validate_json(f'{{"agent_id": "{TENANT}", "input": "hola"}}')
    second = NewExecution.model_validate_json(f'{{"input": "hola", "agent_id": "{TENANT}"}}')
    assert fingerprint_of(first) == fingerprint_of(second)


def test_another_body_has_another_fingerprint() -> None:
    first = NewExecution(agent_id=TENANT, input="hola")
    assert fingerprint_of(first) != fingerprint_of(NewExecution(agent_id=TENANT, input="adiós"))
    assert fingerprint_of(first) != fingerprint_of(NewExecution(agent_id=uuid4(), input="hola"))


def test_the_same_document_has_the_same_id_within_a_tenant_and_another_in_another() -> None:
    document = NewDocument(title="Guía", text="Texto")
    assert identity_of(TENANT, document) == identity_of(TENANT, NewDocument(title="Guía", text="Texto"))
    assert identity_of(TENANT, document) != identity_of(uuid4(), document)
    assert identity_of(TENANT, document) != identity_of(TENANT, NewDocument(title="Guía", text="Otro"))


def test_chunk_ids_are_the_same_at_each_ingestion() -> None:
    assert chunk_id(TENANT, 3) == chunk_id(TENANT, 3) != chunk_id(TENANT, 4)


@pytest.mark.parametrize("text", ["", "  \n", "a\0b"])
def test_text_that_cannot_be_stored_or_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        NewDocument(title="t", text=text)
    with pytest.raises(ValidationError):
        NewExecution(agent_id=TENANT, input=text)
