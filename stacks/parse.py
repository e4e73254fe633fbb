"""From plain data to a `Stack`."""

from pydantic import ValidationError

from stacks.problems import Problem, StackError
from stacks.schema import Stack
from stacks.translation import ROOT, problems_of, shown


def parse(raw: object, source: str = "") -> Stack:
    """The stack that `raw` describes: the value of `andamio:stack`, a mapping of plain data.

    `source` names the file in messages. Raises StackError, and nothing else, when `raw` is no valid stack.
    """
    if not isinstance(raw, dict):
        mend = "write a mapping with at least tier and target"
        raise StackError([Problem(ROOT, shown(ROOT, raw), "a mapping", mend)], source)
    try:
        return Stack.model_validate(raw)
    except ValidationError as error:
        raise StackError(problems_of(error), source) from None
