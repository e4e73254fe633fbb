"""The distributions installed in a program's environment, for `pulumi about`."""

import json
import subprocess

from toolchain.interpreter import Interpreter

_LIST = """
import json, re
from importlib.metadata import distributions
normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()
found = {normal(d.metadata["Name"]): d for d in distributions()}
required = {normal(re.match(r"[\\w.-]+", r).group()) for d in found.values() for r in d.requires or ()}
print(json.dumps([[n, d.version, n in required] for n, d in sorted(found.items())]))
"""
_TIMEOUT_S = 30.0


def installed_distributions(interpreter: Interpreter, *, transitive: bool) -> list[tuple[str, str]]:
    """Return (name, version) of each distribution; without `transitive` only those no other one requires.

    Raises subprocess.SubprocessError when the interpreter cannot list them.
    """
    done = subprocess.run(  # noqa: S603 - the project's own interpreter
        [str(interpreter.python), "-I", "-c", _LIST],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=True,
        env=interpreter.environment(),
    )
    listed: list[tuple[str, str, bool]] = json.loads(done.stdout)
    return [(name, version) for name, version, required in listed if transitive or not required]
