"""Words of a question and of a passage: which language, which words count, which sentences answer."""

import re
import unicodedata
from typing import Final, Literal

Language = Literal["es", "en"]
WORD: Final = re.compile(r"[a-z0-9]+")
STEM_CHARS: Final = 5
STOP: Final[dict[Language, frozenset[str]]] = {
    "es": frozenset(
        "a al como con cual cuales cuando cuanta cuantas cuanto cuantos de del donde el en entre es esta este estos hay"
        " la las lo los mas me mi necesita no nos o para pero por porque puede puedo que quien quienes se ser si sin"
        " sobre son su sus tiene tienen u un una uno unos usa y ya yo hace hacer debe deben cada".split()
    ),
    "en": frozenset(
        "a about an and any are as at be but by can could do does for from has have how i if in is it its many me much"
        " my need needs not of on or our should so than that the their there these they this to use used was we what"
        " when where which who why will with would you your must each".split()
    ),
}


def folded(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def language_of(question: str) -> Language:
    """Spanish for ¿, ñ, an accent or more Spanish function words; else English."""
    if re.search(r"[¿¡ñáéíóú]", question.lower()):
        return "es"
    words = WORD.findall(folded(question))
    return "es" if sum(w in STOP["es"] for w in words) > sum(w in STOP["en"] for w in words) else "en"


def stems(text: str) -> set[str]:
    """The first five letters of each word that says something in either language."""
    words = set(WORD.findall(folded(text)))
    return {word[:STEM_CHARS] for word in words - STOP["es"] - STOP["en"] if len(word) > 1 or word.isdigit()}


def sentences(text: str) -> list[str]:
    """Sentences and lines of a passage, without Markdown's marks; those without letters are left out."""
    found = re.split(r"\n+|(?<=[.!?…])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])", text)
    cleaned = (re.sub(r"\s+", " ", re.sub(r"[*`#|]+|^\s*[-+>]\s", " ", sentence)).strip() for sentence in found)
    return [sentence for sentence in cleaned if re.search(r"[^\W\d_]{2}", sentence)]
