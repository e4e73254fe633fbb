"""A secret that is generated once and outlives a destroy, as the data it protects does."""

import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from infra.targets.local.provider.files import write_private
from infra.targets.local.provider.handler import Created, Properties


class SecretInputs(BaseModel):
    """Where the secret is kept and how long it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    prefix: str = ""
    entropy_bytes: int = Field(default=32, ge=16, le=128)


class SecretHandler:
    """Reads the secret's file, or generates it. The value is URL-safe, so it fits any connection string."""

    inputs = SecretInputs
    immutable = frozenset({"path", "prefix", "entropy_bytes"})

    def create(self, wanted: Properties) -> Created:
        """Return the kept value, or generate and keep one."""
        spec = SecretInputs.model_validate(wanted)
        if not spec.path.exists():
            write_private(spec.path, spec.prefix + secrets.token_urlsafe(spec.entropy_bytes))
        return Created(str(spec.path), {**wanted, "value": spec.path.read_text()})

    def read(self, identity: str, state: Properties) -> dict[str, JsonValue] | None:
        """The kept value; None where the file is gone."""
        path = Path(identity)
        return {**state, "value": path.read_text()} if path.exists() else None

    def update(self, identity: str, state: Properties, wanted: Properties) -> dict[str, JsonValue]:
        """Nothing can change in place: every input is immutable."""
        raise AssertionError(f"{identity}: a secret has no input that changes in place")

    def delete(self, identity: str, state: Properties) -> None:
        """Keep the file: the data it opens is kept too."""
