"""Small files and small functions, held by a test (docs/adr says why)."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("andamio", "infra", "runtime", "stacks", "toolchain")
HARD_LIMIT, TEST_LIMIT, MEDIAN_LIMIT, FUNCTION_LIMIT = 500, 400, 120, 50


def code_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_file_is_longer_than_the_hard_limit() -> None:
    limits = dict.fromkeys(code_files(), HARD_LIMIT) | dict.fromkeys((ROOT / "tests").rglob("*.py"), TEST_LIMIT)
    lengths = {str(path.relative_to(ROOT)): (len(path.read_text().splitlines()), limits[path]) for path in limits}
    assert {path: pair for path, pair in lengths.items() if pair[0] > pair[1]} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_median_file_is_small(package: str) -> None:
    lengths = [len(path.read_text().splitlines()) for path in (ROOT / package).rglob("*.py")]
    assert median(lengths) <= MEDIAN_LIMIT


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in code_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LIMIT
    ]
    assert long == []
