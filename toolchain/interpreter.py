"""Which Python runs a Pulumi program, by the `runtime.options` of its project file."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TOOLCHAINS = ("uv", "pip")


class InterpreterError(Exception):
    """The project's options name no usable Python; the message says which and what to do."""


@dataclass(frozen=True)
class Interpreter:
    """A Python executable and the virtual environment it belongs to, if any."""

    python: Path
    virtualenv: Path | None
    toolchain: str

    def environment(self) -> dict[str, str]:
        """Return a copy of the environment in which this interpreter's own tools come first on PATH."""
        environment = dict(os.environ)
        if self.virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            environment["PATH"] = f"{self.python.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
            environment.pop("PYTHONHOME", None)
        return environment


def interpreter_for(root: Path, options: Mapping[str, object]) -> Interpreter:
    """Resolve the options `toolchain` (uv or pip) and `virtualenv` (relative to the project's root).

    As in Pulumi's own host, uv defaults to `.venv` and pip without `virtualenv` to `python3` on PATH. Raises
    `InterpreterError`.
    """
    toolchain = str(options.get("toolchain") or "pip")
    if toolchain not in _TOOLCHAINS:
        raise InterpreterError(
            f"runtime.options.toolchain is {toolchain!r}; allowed here are {' and '.join(_TOOLCHAINS)}. "
            "Correct Pulumi.yaml, or install the official Pulumi CLI, whose language host knows more."
        )
    named = str(options.get("virtualenv") or (".venv" if toolchain == "uv" else ""))
    if not named:
        found = shutil.which("python3") or shutil.which("python")
        if found is None:
            raise InterpreterError("runtime.options.virtualenv is not set and there is no python3 on PATH.")
        return Interpreter(python=Path(found), virtualenv=None, toolchain=toolchain)
    virtualenv = root / named
    python = virtualenv / "bin" / "python"
    if not os.access(python, os.X_OK):
        raise InterpreterError(
            f"runtime.options.virtualenv is {named!r}, but {python} does not exist. "
            "Set the project up (`make up` does it), or correct Pulumi.yaml."
        )
    return Interpreter(python=python, virtualenv=virtualenv, toolchain=toolchain)
