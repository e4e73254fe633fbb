"""Markdown tables."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with `heads` and one line a row; each row has as many cells as there are heads, or ValueError."""
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in rows:
        if len(row) != len(heads):
            raise ValueError(f"{len(row)} cells below {len(heads)} heads")
        lines.append(_line([cell(value) for value in row]))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(value: object) -> str:
    """The value as a cell: yes and no, numbers without loss."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    # repr of a float is short and loses nothing: a changed cell must change the page.
    text = f"{value!r}".removesuffix(".0") if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
