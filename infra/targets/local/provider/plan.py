"""What a process and a job have in common: a command, what it needs around it, and the plan its launcher reads.

Neither the plan nor the digest depends on the order of keys, which the engine does not keep.
"""

import hashlib
import json
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from infra.targets.local.home import Home
from infra.targets.local.provider.files import make_private, write_private
from infra.targets.local.provider.handler import Properties

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
_OUTPUTS = frozenset({"digest"})


class Plan(BaseModel):
    """A command and what it needs around it. It starts in its first folder, else in the stack's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    command: list[str] = Field(min_length=1)
    environment: dict[str, str] = {}
    files: dict[str, str] = {}
    """Path → content, private to the account."""
    folders: list[Path] = []
    """Folders to create, private to the account."""
    account: str | None = None
    confine: bool = False
    """Whether the kernel must keep its listeners on loopback."""

    @classmethod
    def of_state(cls, state: Properties) -> Self:
        """The inputs that a recorded state holds, without its outputs."""
        return cls.model_validate({key: value for key, value in state.items() if key not in _OUTPUTS})

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return Home(self.root).logs / f"{self.name}.log"

    @property
    def path(self) -> Path:
        """The file the launcher reads."""
        return Home(self.root).programs / f"{self.name}.json"

    def text(self) -> str:
        """The launcher's plan as JSON; see ``launch.main``."""
        content = {
            "command": self.command,
            "environment": {**_ENVIRONMENT, **self.environment},
            "directory": str(self.folders[0] if self.folders else self.root),
            "pids": str(Home(self.root).pids),
            "user": self.account,
            "confine": self.confine,
        }
        return json.dumps(content, indent=1, sort_keys=True)

    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any input."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def is_written(self) -> bool:
        """Whether the launcher's plan and the files are on disk as they are here."""
        wanted = {self.path: self.text(), **{Path(path): content for path, content in self.files.items()}}
        return all(path.exists() and path.read_text() == content for path, content in wanted.items())

    def write(self) -> None:
        """Create its folders, its files and the launcher's plan."""
        for folder in (self.root, Home(self.root).logs, Home(self.root).programs):
            make_private(folder)
        for folder in self.folders:
            make_private(folder, self.account)
        for path, content in self.files.items():
            write_private(Path(path), content, self.account)
        write_private(self.path, self.text())

    def remove(self) -> None:
        """Remove its files and the launcher's plan; its folders stay."""
        for path in (self.path, *map(Path, self.files)):
            path.unlink(missing_ok=True)
