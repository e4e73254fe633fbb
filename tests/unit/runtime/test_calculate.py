from uuid import uuid4

import pytest

from runtime.kit.peer import PeerRefused
from runtime.tools.calculate import Arguments, Calculate


@pytest.mark.parametrize(
    ("expression", "value"), [("(3 + 4) * 2.5", 17.5), ("-7 // 2", -4.0), ("10 % 4", 2.0), ("1e3 / 8", 125.0)]
)
async def test_arithmetic_is_evaluated(expression: str, value: float) -> None:
    assert await Calculate().run(uuid4(), Arguments(expression=expression)) == {"value": value}


@pytest.mark.parametrize(
    "expression", ["__import__('os')", "2 ** 999", "a + 1", "1 / 0", "1e308 * 10", "'a' * 3", "(", "True", "(" * 150]
)
async def test_everything_else_is_refused(expression: str) -> None:
    with pytest.raises(PeerRefused):
        await Calculate().run(uuid4(), Arguments(expression=expression))
