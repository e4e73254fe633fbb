"""rules-v1: the embedded chat model. It searches, then quotes what it found; it says that it is no language
model.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from runtime.kit.language import Language, language_of
from runtime.orchestrator.passage import Passage, passages
from runtime.orchestrator.wording import sentences, stems

NAME: Final = "rules-v1"
SEARCH: Final = "search_knowledge"
SENTENCES: Final = 4
SENTENCE_CHARS: Final = 320
# Calibrated on the reference guide: unrelated questions stay below 0.82, good passages can be at 0.78, so a
# passage below ALIKE must also share words with the question.
ALIKE: Final = 0.86
SHARED: Final = 0.34
TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "found": "Según los documentos:",
        "nothing": "No encontré nada en los documentos que responda a esa pregunta.",
        "no_tool": "Este agente no tiene la herramienta search_knowledge; sin ella no puedo consultar los documentos.",
    },
    "en": {
        "found": "According to the documents:",
        "nothing": "I found nothing in the documents that answers this question.",
        "no_tool": "This agent does not have the tool search_knowledge; without it I cannot look in the documents.",
    },
}


class RulesModel(Model):
    """A Model in pydantic-ai's sense with two steps: call search_knowledge, then answer from its result."""

    @property
    def model_name(self) -> str:
        """Always rules-v1."""
        return NAME

    @property
    def system(self) -> str:
        """The provider."""
        return "andamio"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The next step for these messages; the same messages give the same step."""
        question = _question(messages)
        results = [part.content for part in _parts(messages) if isinstance(part, ToolReturnPart)]
        offered = {tool.name for tool in model_request_parameters.function_tools}
        part: ToolCallPart | TextPart
        if not results and SEARCH in offered:
            part = ToolCallPart(SEARCH, {"query": question[:2000]}, tool_call_id="rules-1")
        else:
            part = TextPart(answer(question, passages(results), searched=bool(results)))
        return ModelResponse(parts=[part], model_name=NAME, usage=RequestUsage())


def answer(question: str, found: Sequence[Passage], *, searched: bool = True) -> str:
    """Sentences of the relevant passages, best first, each with its [index], in the question's language."""
    words = TEXTS[language_of(question)]
    if not searched:
        return words["no_tool"]
    wanted = stems(question)
    relevant = [passage for passage in found if _relevant(wanted, passage)]
    if not relevant:
        return words["nothing"]
    ranked = sorted(_scored(wanted, relevant), key=lambda scored: -scored[0])
    chosen: list[tuple[str, int]] = []
    for _, sentence, index in ranked:
        if len(chosen) < SENTENCES and all(sentence != taken for taken, _ in chosen):
            chosen.append((sentence, index))
    return "\n".join([words["found"], *(f"- {sentence} [{index}]" for sentence, index in chosen)])


def _relevant(wanted: set[str], passage: Passage) -> bool:
    shared = wanted & stems(f"{passage.title} {passage.section} {passage.text}")
    return passage.similarity >= ALIKE or (bool(shared) and len(shared) / len(wanted) >= SHARED)


def _scored(wanted: set[str], found: Sequence[Passage]) -> Iterator[tuple[float, str, int]]:
    """A sentence counts by the question's words in it, and a little by its passage's rank."""
    for rank, passage in enumerate(found):
        context = len(wanted & stems(passage.section))
        for order, sentence in enumerate(sentences(passage.text)):
            shared = len(wanted & stems(sentence))
            score = shared + 0.4 * context + 0.5 * passage.score - 0.1 * rank - 0.001 * order
            if shared or order == 0:
                yield score, sentence[:SENTENCE_CHARS], passage.index


def _parts(messages: Sequence[ModelMessage]) -> Iterator[object]:
    for message in messages:
        yield from message.parts


def _question(messages: Sequence[ModelMessage]) -> str:
    asked = [part.content for part in _parts(messages) if isinstance(part, UserPromptPart)]
    last = asked[-1] if asked else ""
    return last if isinstance(last, str) else " ".join(item for item in last if isinstance(item, str))
