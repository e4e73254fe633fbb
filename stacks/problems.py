"""What is wrong with a stack's configuration, in words for the person who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the dotted `key`, what was `found`, what is `allowed` and how to `mend` it.

    `line` is the 1-based line in the file the configuration was read from, where it is known.
    """

    key: str
    found: str
    allowed: str
    mend: str
    line: int | None = None

    def __str__(self) -> str:
        """The problem on one line."""
        where = f"line {self.line}: " if self.line is not None else ""
        mend = self.mend[:1].upper() + self.mend[1:] + ("" if self.mend.endswith("?") else ".")
        return f"{where}{self.key}: found {self.found}; allowed: {self.allowed}. {mend}"


class StackError(ValueError):
    """A stack's configuration cannot be used: `problems` has one entry a mistake, `source` names the file."""

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        """Keep `problems` (at least one); `source` is empty when the configuration has no file."""
        self.problems = tuple(problems)
        self.source = source
        super().__init__(str(self))

    def __str__(self) -> str:
        """One line per problem, of the first MOST_LINES."""
        prefix = f"{self.source}: " if self.source else ""
        lines = [f"{prefix}{problem}" for problem in self.problems[:MOST_LINES]]
        if len(self.problems) > MOST_LINES:
            lines.append(f"{prefix}and {len(self.problems) - MOST_LINES} more problems")
        return "\n".join(lines)
