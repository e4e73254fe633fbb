"""Passages that tools found, numbered across the whole run so that an answer can cite them as [1], [2] …"""

from collections.abc import Iterable

from pydantic import BaseModel, ValidationError

from runtime.kit.peer import Json
from runtime.orchestrator.execution import Citation

EXCERPT_CHARS = 400


class Passage(Citation):
    """A citation-to-be with how alike question and passage are (cosine, 0 to 1)."""

    similarity: float


class _Found(BaseModel):
    results: list[dict[str, object]]


class _Numbered(BaseModel):
    results: list[Passage]


def numbered(result: Json, first: int) -> Json:
    """The result of search_knowledge with `index` in each passage, from `first`; other results as they
    are.
    """
    try:
        found = _Found.model_validate(result)
        passages = [Passage.model_validate({**row, "index": first + i}) for i, row in enumerate(found.results)]
    except ValidationError:
        return result
    return {"results": [passage.model_dump(mode="json") for passage in passages]}


def passages(results: Iterable[object]) -> list[Passage]:
    """The numbered passages among the results of tools, by number."""
    found: list[Passage] = []
    for result in results:
        try:
            found += _Numbered.model_validate(result).results
        except ValidationError:
            continue
    return sorted(found, key=lambda passage: passage.index)


def cited(answer: str, among: Iterable[Passage]) -> list[Citation]:
    """The passages whose [index] stands in the answer; their texts are cut to 400 characters."""
    return [
        Citation(**passage.model_dump(exclude={"similarity", "text"}), text=passage.text[:EXCERPT_CHARS])
        for passage in among
        if f"[{passage.index}]" in answer
    ]
