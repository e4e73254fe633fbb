"""Settings: from the environment, or from one file per secret in the folder ANDAMIO_SECRETS_DIR."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS_DIR = "ANDAMIO_SECRETS_DIR"

Port = Annotated[int, Field(ge=1, le=65535)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$")]


class ServiceSettings(BaseSettings):
    """What every service that speaks HTTP needs. Field names are the environment's names in lower case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    environment: str = "development"
    andamio_host: str = "127.0.0.1"
    andamio_port: Port


class TokenSettings(BaseSettings):
    """The key that signs and verifies JSON Web Tokens (HS256, at least 32 bytes)."""

    jwt_secret: Annotated[SecretStr, Field(min_length=32)]


class DatabaseSettings(BaseSettings):
    """PostgreSQL as the application role (never the owner of the tables)."""

    database_url: SecretStr
    database_pool_size: Annotated[int, Field(ge=1, le=500)] = 10


class CacheSettings(BaseSettings):
    """Valkey: rate limits and wake-ups, never the only copy of anything."""

    redis_url: SecretStr


S = TypeVar("S", bound=BaseSettings)


def read_settings(settings: Callable[..., S]) -> S:
    """Read a settings class, or end the process with code 2 and one line on stderr for each bad setting.

    Raises SystemExit(2). The value found is not printed, because it may be a secret.
    """
    folder = os.environ.get(SECRETS_DIR)
    if folder and not Path(folder).is_dir():
        _refuse([f"{SECRETS_DIR}: the folder {folder!r} does not exist; create it or unset the variable"])
    try:
        return settings(_secrets_dir=folder) if folder else settings()
    except ValidationError as error:
        _refuse([_line(dict(e)) for e in error.errors(include_input=False, include_url=False)])


def _line(error: dict[str, object]) -> str:
    location = error["loc"]
    assert isinstance(location, tuple)  # noqa: S101 - the shape pydantic documents; narrows the type
    name = ".".join(str(part) for part in location).upper()
    if error["type"] == "missing":
        return f"{name}: not set; set it in the environment or as a file of that name in {SECRETS_DIR}"
    return f"{name}: {error['msg']}"


def _refuse(lines: list[str]) -> NoReturn:
    for line in lines:
        print(f"settings: {line}", file=sys.stderr)
    raise SystemExit(2)
