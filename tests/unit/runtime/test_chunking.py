import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.knowledge.chunking import chunk

MARKDOWN = st.text(alphabet="ab cñ.\n#`|-é¿?", max_size=2000)


@given(MARKDOWN)
def test_no_chunk_is_blank_or_longer_than_the_limit(document: str) -> None:
    for piece in chunk(document, limit=80, overlap=16):
        assert piece.text.strip()
        assert len(piece.text) <= 80


@given(st.lists(st.text(alphabet="abcñ", min_size=1, max_size=60), max_size=80))
def test_every_word_of_the_document_is_in_some_chunk(words: list[str]) -> None:
    pieces = chunk(" ".join(words), limit=80, overlap=16)
    found = " ".join(piece.text for piece in pieces).split()
    assert set(words) <= set(found)


@given(MARKDOWN)
def test_positions_count_up_from_zero(document: str) -> None:
    assert [piece.position for piece in chunk(document)] == list(range(len(chunk(document))))


def test_a_chunk_knows_the_headings_above_it() -> None:
    pieces = chunk("# Guide\n\nIntro.\n\n## Install\n\nRun it.\n\n# Other\n\nEnd.")
    assert [(piece.section, piece.text) for piece in pieces] == [
        ("Guide", "Intro."),
        ("Guide > Install", "Run it."),
        ("Other", "End."),
    ]


def test_a_comment_in_a_fenced_block_is_not_a_heading() -> None:
    (piece,) = chunk("# Setup\n\n```bash\n# not a heading\nmake up\n```")
    assert piece.section == "Setup"
    assert "# not a heading" in piece.text


def test_a_heading_without_a_body_is_kept_as_text() -> None:
    assert [piece.text for piece in chunk("# Empty\n\n# Full\n\nBody.")] == ["Empty", "Body."]


def test_neighbours_within_a_section_overlap() -> None:
    first, second, *_ = chunk(" ".join(f"word{number}." for number in range(100)), limit=120, overlap=30)
    assert second.text.split()[0] in first.text.split()


def test_an_overlap_of_half_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="less than half"):
        chunk("text", limit=10, overlap=5)
