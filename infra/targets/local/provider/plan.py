"""What the launcher reads, and the digest that names a definition. Neither depends on the order of keys."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from infra.targets.local.home import Home

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def plan(
    root: Path,
    command: Sequence[str],
    environment: Mapping[str, str],
    folders: Sequence[Path],
    account: str | None,
    confine: bool = False,
) -> str:
    """The launcher's plan as JSON (see ``launch.main``); the program starts in its first folder."""
    content = {
        "command": list(command),
        "environment": {**_ENVIRONMENT, **environment},
        "directory": str(folders[0] if folders else root),
        "pids": str(Home(root).pids),
        "user": account,
        "confine": confine,
    }
    return json.dumps(content, indent=1, sort_keys=True)


def digest(spec: BaseModel) -> str:
    """Sixteen hexadecimal digits that change with any input."""
    content = json.dumps(spec.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
