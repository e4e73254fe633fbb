from uuid import UUID

import pytest
from pydantic_ai import Agent

from runtime.kit.peer import Json
from runtime.orchestrator.passage import Passage, cited, numbered, passages
from runtime.orchestrator.rules_model import RulesModel, answer

DOCUMENT = UUID("0fc5e765-8078-57e8-8c03-f68891038d67")
TABLE = "| Componente | CPU | Memoria |\n|---|---|---|\n| Gateway | 2 | 4GB |\n| PostgreSQL | 4 | 16GB |"


def passage(text: str, index: int = 1, similarity: float = 0.8, score: float = 1.0) -> Passage:
    return Passage(
        index=index,
        document_id=DOCUMENT,
        title="Guía",
        section="Requisitos",
        chunk=DOCUMENT,
        score=score,
        text=text,
        similarity=similarity,
    )


def test_a_row_of_a_table_is_quoted_with_its_columns_names() -> None:
    said = answer("¿Cuánta memoria necesita PostgreSQL?", [passage(TABLE)])
    assert said.splitlines()[:2] == [
        "Según los documentos:",
        "- Componente: PostgreSQL; CPU: 4; Memoria: 16GB [1]",
    ]


def test_an_english_question_is_answered_in_english() -> None:
    said = answer("How much memory does PostgreSQL need?", [passage(TABLE)])
    assert said.startswith("According to the documents:")
    assert "16GB [1]" in said


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("best pasta recipe", "I found nothing in the documents that answers this question."),
        ("¿Quién ganó el mundial?", "No encontré nada en los documentos que responda a esa pregunta."),
    ],
)
def test_it_says_so_when_nothing_relevant_was_found(question: str, expected: str) -> None:
    assert answer(question, [passage(TABLE, similarity=0.77)]) == expected
    assert answer(question, []) == expected


def test_every_mark_in_the_answer_has_a_citation() -> None:
    found = [passage(TABLE), passage("PostgreSQL usa mucha memoria de trabajo en cada consulta.", index=2)]
    said = answer("¿Cuánta memoria usa PostgreSQL?", found)
    assert [citation.index for citation in cited(said, found)] == [1, 2]


def test_the_same_question_gets_the_same_answer() -> None:
    found = [passage(TABLE), passage("La memoria de PostgreSQL se ajusta sola.", index=2)]
    assert len({answer("memoria PostgreSQL", found) for _ in range(5)}) == 1


async def test_it_searches_first_and_then_answers_from_what_was_found() -> None:
    agent: Agent[None, str] = Agent(RulesModel())
    asked: list[str] = []

    @agent.tool_plain
    def search_knowledge(query: str) -> dict[str, object]:
        asked.append(query)
        return {"results": [passage(TABLE).model_dump(mode="json")]}

    result = await agent.run("¿Cuánta memoria necesita PostgreSQL?")
    assert asked == ["¿Cuánta memoria necesita PostgreSQL?"]
    assert "16GB [1]" in result.output


async def test_without_the_search_tool_it_says_that_it_cannot_look() -> None:
    agent: Agent[None, str] = Agent(RulesModel())
    assert "search_knowledge" in (await agent.run("What is this?")).output


def test_passages_are_numbered_from_where_the_last_search_ended() -> None:
    raw: Json = {"results": [passage("one").model_dump(mode="json", exclude={"index"}) for _ in range(2)]}
    first, second = numbered(raw, 1), numbered(raw, 3)
    assert [found.index for found in passages([second, first])] == [1, 2, 3, 4]


def test_the_result_of_another_tool_is_left_as_it_is() -> None:
    assert numbered({"value": 4.0}, 1) == {"value": 4.0}
    assert passages([{"value": 4.0}, "text", None]) == []
