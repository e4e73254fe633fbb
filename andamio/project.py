"""The project on disk: its stack files, and the folder of each local stack."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from andamio.failure import BadInput
from stacks.local_target import STATE_DIR, LocalTarget
from stacks.schema import Stack
from stacks.stack_file import read_file

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_STACK = "minimum-local"


@dataclass(frozen=True)
class NamedStack:
    """A stack file that has been read and found valid."""

    name: str
    file: Path
    stack: Stack

    @property
    def home(self) -> Path:
        """The folder of the stack: passphrase, secrets, data and logs."""
        return (ROOT / self._state_dir / self.name).resolve()

    @property
    def state(self) -> Path:
        """The folder of the engine's state, shared by the stacks of one state_dir."""
        return (ROOT / self._state_dir / "state").resolve()

    @property
    def local(self) -> LocalTarget:
        """The stack's target, for verbs that act on this machine. Raises BadInput for another target."""
        require_provisioned(self)
        return cast(LocalTarget, self.stack.target)

    @property
    def _state_dir(self) -> str:
        target = self.stack.target
        return target.state_dir if isinstance(target, LocalTarget) else STATE_DIR


def require_provisioned(named: NamedStack) -> None:
    """Raise BadInput for a stack of a target that can be sized and checked, but not built yet."""
    if not isinstance(named.stack.target, LocalTarget):
        raise BadInput(f"stack {named.name}: target {named.stack.target.kind} is not provisioned yet (local is)")


def stack_file(name: str) -> Path:
    """Where the stack file of ``name`` is."""
    return ROOT / "stacks" / f"Pulumi.{name}.yaml"


def stack_names() -> list[str]:
    """The names of all stack files, sorted."""
    return sorted(_name_of(path) for path in ROOT.glob("stacks/Pulumi.*.yaml"))


def open_stack(name: str) -> NamedStack:
    """Read and validate a stack, given by the name of a file in stacks/ or by the path of a file elsewhere.

    Raises BadInput for one that does not exist, StackError for bad contents.
    """
    if name.endswith((".yaml", ".yml")):
        file = Path(name)
        if not file.is_file():
            raise BadInput(f"stack: found {name!r}, which is not a file; allowed: a name in stacks/ or a file's path")
        return NamedStack(_name_of(file), file, read_file(file))
    names = stack_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise BadInput(f"stack: found {name!r}; {hint}allowed: {', '.join(names)} (files in stacks/)")
    return NamedStack(name, stack_file(name), read_file(stack_file(name)))


def _name_of(file: Path) -> str:
    return file.name.removeprefix("Pulumi.").removesuffix(".yaml")
