"""calculate: arithmetic that language models get wrong."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from runtime.kit.peer import Json, PeerRefused

BINARY: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


class Arguments(BaseModel):
    """An expression of numbers, + - * / // % and parentheses."""

    model_config = ConfigDict(extra="forbid")

    expression: Annotated[str, Field(min_length=1, max_length=200, description="For example (3 + 4) * 2.5")]


class Calculate:
    """Evaluates an expression as 64-bit floats; no names, no calls, no powers."""

    name = "calculate"
    description = "Evaluate an arithmetic expression: numbers, + - * / // % and parentheses."
    arguments: type[BaseModel] = Arguments

    async def run(self, tenant: UUID, arguments: BaseModel) -> Json:
        """`{"value": number}`. Raises PeerRefused for what is not arithmetic."""
        assert isinstance(arguments, Arguments)  # noqa: S101 - the protocol says so; narrows the type
        try:
            value = _value(ast.parse(arguments.expression, mode="eval").body)
            if not math.isfinite(value):
                raise ValueError("the value is too large")
        except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
            raise PeerRefused(f"not an expression that can be evaluated: {error}") from error
        return {"value": value}


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](_value(left), _value(right))
    raise ValueError("only numbers, + - * / // % and parentheses are allowed")
