"""Cut a document into chunks that fit the embedding model, along its headings, paragraphs and sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# multilingual-e5-small reads 512 tokens; 1,200 characters of Spanish prose are about 330, of code about 480.
CHUNK_CHARS: Final = 1200
OVERLAP_CHARS: Final = 160
HEADING: Final = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*\s*$")
FENCE: Final = re.compile(r"\s{0,3}(```|~~~)")
SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[ \t]+(?=[A-ZÁÉÍÓÚÑ¿¡])|\n")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document. `text` is at most the limit long and never blank; `section` is its
    heading path.
    """

    position: int
    section: str
    text: str


def chunk(document: str, limit: int = CHUNK_CHARS, overlap: int = OVERLAP_CHARS) -> list[Chunk]:
    """The chunks of a text or a Markdown document, in order.

    Every word of the document's body is in at least one chunk. Chunks never span two sections; within a
    section each begins with the end of the one before (at most `overlap` characters). Raises ValueError when
    overlap >= limit / 2.
    """
    if overlap * 2 >= limit:
        raise ValueError("the overlap must be less than half of the limit")
    found: list[Chunk] = []
    for section, body in _sections(document):
        for text in _packed(_pieces(body, limit - overlap - 1), limit, overlap):
            found.append(Chunk(len(found), section, text))
    return found


def _sections(document: str) -> Iterator[tuple[str, str]]:
    """(heading path, body) pairs; `#` inside a fenced block is no heading. A heading without body is kept as
    text.
    """
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for line in document.splitlines():
        if FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield _section(path, lines)
        level = len(heading[1])
        path = [entry for entry in path if entry[0] < level]
        path.append((level, heading[2]))
        lines = []
    yield _section(path, lines)


def _section(path: list[tuple[int, str]], lines: list[str]) -> tuple[str, str]:
    body = "\n".join(lines).strip()
    # Only an innermost heading can have no body of its own; its words would be lost otherwise.
    return " > ".join(title for _, title in path), body or (path[-1][1] if path else "")


def _pieces(body: str, size: int) -> Iterator[str]:
    """Paragraphs, and sentences or lines of those that are longer than `size`, and parts of those that still
    are.
    """
    for paragraph in re.split(r"\n\s*\n", body):
        if len(paragraph) <= size:
            yield paragraph.strip("\n")
            continue
        for sentence in SENTENCE_END.split(paragraph):
            yield from _parts(sentence.rstrip(), size)


def _parts(sentence: str, size: int) -> Iterator[str]:
    while len(sentence) > size:
        cut = sentence.rfind(" ", 1, size)
        cut = cut if cut > 0 else size
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    yield sentence


def _packed(pieces: Iterator[str], limit: int, overlap: int) -> Iterator[str]:
    current = ""
    for piece in pieces:
        if not piece.strip():
            continue
        joined = f"{current}\n{piece}" if current else piece
        if len(joined) <= limit:
            current = joined
            continue
        yield current
        tail = _tail(current, overlap)
        current = f"{tail}\n{piece}" if tail else piece
    if current:
        yield current


def _tail(text: str, overlap: int) -> str:
    """The last whole words of `text` within `overlap` characters; empty when one word is longer than that."""
    if overlap == 0 or len(text) <= overlap:
        return ""
    tail = text[-overlap:]
    space = re.search(r"\s", tail)
    return tail[space.end() :].strip() if space else ""
