"""Stack files: `Pulumi.<tier>-<target>[-<environment>].yaml`, read without the engine."""

import difflib
from collections.abc import Hashable
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node

from stacks.parse import parse
from stacks.problems import Problem, StackError
from stacks.schema import Stack, stack_name
from stacks.translation import ROOT, shown

# A stack file has a few dozen lines; a limit keeps a wrong or hostile file from filling the memory.
LARGEST_FILE_BYTES = 64 * 1024


class _Loader(yaml.SafeLoader):
    """YAML without what makes a small text large or ambiguous: no aliases, no key twice."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # types-PyYAML leaves it untyped
            message = "an alias, which is not allowed here"
            raise yaml.constructor.ConstructorError(None, None, message, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                message = "a key that is no text"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            if key in seen:
                message = f"the key {shown('', key)} a second time"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_file(path: Path) -> Stack:
    """The stack that the file at `path` configures.

    Raises StackError for a file that cannot be read, is no YAML, has no `andamio:stack`, or configures no
    valid stack; and, for a file named `Pulumi.<name>.yaml`, when that name does not fit its contents.
    """
    source = str(path)
    config = _config(_yaml(_text(path), source), source)
    if ROOT not in config:
        close = difflib.get_close_matches(ROOT, [str(key) for key in config], n=1)
        mend = f"rename {close[0]} to {ROOT}" if close else f"add {ROOT} with at least tier and target"
        raise StackError([Problem(f"config.{ROOT}", "nothing", "a mapping", mend)], source)
    stack = parse(config[ROOT], source)
    _check_name(path, stack, source)
    return stack


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            found, allowed = "a larger file", f"at most {LARGEST_FILE_BYTES // 1024} KiB"
            raise StackError([Problem("file", found, allowed, "name a stack file")], str(path))
        return content.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise StackError([Problem("file", reason, "a readable file", "check the path")], str(path)) from None
    except UnicodeDecodeError:
        raise StackError([Problem("file", "other bytes", "text in UTF-8", "save it as UTF-8")], str(path)) from None


def _yaml(text: str, source: str) -> object:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader, only stricter)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        ours = isinstance(error, yaml.constructor.ConstructorError)
        found = "".join(char if char.isprintable() else "?" for char in error.problem or "no YAML")
        found = found if ours else f"broken YAML, {found}"
        raise StackError([Problem("file", found, "YAML, each key once", "mend that line", line)], source) from None
    except yaml.YAMLError:
        problem = Problem("file", "a character YAML does not allow", "printable text", "remove it")
        raise StackError([problem], source) from None
    except (RecursionError, ValueError):
        # PyYAML recurses once a level, and lets impossible dates and over-long numbers through as ValueError.
        problem = Problem("file", "values that cannot be read", "plain text, numbers and mappings", "simplify it")
        raise StackError([problem], source) from None


def _config(document: object, source: str) -> dict[object, object]:
    config = document.get("config") if isinstance(document, dict) else None
    if isinstance(config, dict):
        return config
    mend = f"write a stack file: config, and below it {ROOT}"
    raise StackError([Problem("config", shown("config", config), "a mapping", mend)], source)


def _check_name(path: Path, stack: Stack, source: str) -> None:
    if not (path.name.startswith("Pulumi.") and path.suffix in (".yaml", ".yml")):
        return
    found = path.name.removeprefix("Pulumi.").removesuffix(path.suffix)
    expected = stack_name(stack)
    allowed = (expected, f"{expected}-production") if stack.environment == "production" else (expected,)
    if found not in allowed:
        mend = f"rename the file to Pulumi.{expected}{path.suffix}, or change tier, target or environment"
        raise StackError([Problem("file name", shown("", found), " or ".join(allowed), mend)], source)
