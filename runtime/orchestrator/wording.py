"""Words and pieces of a passage: which words count, and what can be quoted."""

import re
from typing import Final

from runtime.kit.language import FUNCTION_WORDS, WORD, folded

STEM_CHARS: Final = 5
WHOLE_WORDS: Final = 5
SNIPPET_CHARS: Final = 160


def stems(text: str) -> set[str]:
    """The first five letters of each word that says something in either language."""
    words = set(WORD.findall(folded(text)))
    return {
        word[:STEM_CHARS]
        for word in words - FUNCTION_WORDS["es"] - FUNCTION_WORDS["en"]
        if len(word) > 1 or word.isdigit()
    }


def sentences(text: str) -> list[str]:
    """What a passage says, piece by piece, without Markdown's marks; pieces without letters are left out.

    A row of a table is told with its column's names; short lines (lists, configuration) are joined to a snippet.
    """
    found: list[str] = []
    header: list[str] = []
    short = ""
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            header = _table(line, header, found)
            continue
        header = []
        for piece in re.split(r"(?<=[.!?…])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])", line):
            cleaned = re.sub(r"\s+", " ", re.sub(r"[*`#]+|^\s*[-+>]\s", " ", piece)).strip()
            if len(cleaned.split()) >= WHOLE_WORDS:
                found += [short, cleaned]
                short = ""
            elif len(short) + len(cleaned) < SNIPPET_CHARS:
                short = f"{short} {cleaned}".strip()
            else:
                found.append(short)
                short = cleaned
    return [piece for piece in [*found, short] if re.search(r"[^\W\d_]{2}", piece)]


def _table(line: str, header: list[str], found: list[str]) -> list[str]:
    """Add a table's row to `found`; the names of its columns, which the first row gives."""
    cells = [re.sub(r"[*`]+", "", cell).strip() for cell in line.strip().strip("|").split("|")]
    if not header:
        return cells
    if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
        found.append("; ".join(f"{name}: {cell}" for name, cell in zip(header, cells, strict=False) if cell))
    return header
