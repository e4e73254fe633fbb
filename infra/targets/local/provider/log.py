"""The end of a log, for an error message."""

from pathlib import Path

_WINDOW_BYTES = 8192


def tail(path: Path, lines: int = 12) -> str:
    """The last ``lines`` lines of ``path``, indented; a note where there is none."""
    if not path.exists():
        return "    (no log was written)"
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - _WINDOW_BYTES))
        text = stream.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
