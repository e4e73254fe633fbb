"""The secrets of a rendered compose file: random, made once, one file each."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from andamio.render.store import DATABASE, NATS_USER, OWNER, USER
from stacks.components import Component

_TOKEN_YEARS = 5
_ENTROPY_BYTES = 32
_DATABASE_HOST = f"{Component.database.service_name}:5432/{DATABASE}"


def write_secrets(folder: Path, wanted: Sequence[str]) -> list[str]:
    """Make what is missing of `wanted` in `folder`; a file that exists is never changed.

    Returns the names that were made; a name that nobody here can make is left out. The folder is private, the files
    are readable, because containers read them as users of their own.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made: list[str] = []
    missing = [name for name in wanted if not (folder / name).exists()]
    # Addresses are written after the passwords they contain.
    for name in sorted(missing, key=lambda name: name in _COMPOSED):
        value = _value(folder, name)
        if value is not None:
            _write(folder / name, value)
            made.append(name)
    return made


def _value(folder: Path, name: str) -> str | None:
    if name in _COMPOSED:
        part, form = _COMPOSED[name]
        source = folder / part
        return form(source.read_text()) if source.exists() else None
    return _RANDOM[name]() if name in _RANDOM else None


def _random() -> str:
    # A letter first: NATS would take digits with an e among them for a number.
    return "s" + secrets.token_hex(_ENTROPY_BYTES)


_RANDOM: dict[str, Callable[[], str]] = {
    **dict.fromkeys(("POSTGRES_PASSWORD", "POSTGRES_OWNER_PASSWORD", "POSTGRES_APP_PASSWORD"), _random),
    **dict.fromkeys(
        ("REDIS_PASSWORD", "NATS_PASSWORD", "JWT_SECRET", "VECTOR_DB_API_KEY", "EMBEDDING_API_KEY"), _random
    ),
    "BOOTSTRAP_API_KEY": lambda: "ak_" + secrets.token_urlsafe(_ENTROPY_BYTES),
}


def _metrics_token(jwt_secret: str) -> str:
    """A token (HS256) that may read metrics and nothing else; the runtime verifies it with the same secret."""
    now = int(time.time())
    claims = {
        "iss": "andamio",
        "sub": "prometheus",
        "tenant": str(UUID(int=0)),
        "scope": "metrics",
        "iat": now,
        "exp": now + _TOKEN_YEARS * 365 * 86_400,
    }
    body = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{body}.{_base64(hmac.digest(jwt_secret.encode(), body.encode(), hashlib.sha256))}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


_COMPOSED: dict[str, tuple[str, Callable[[str], str]]] = {
    "DATABASE_URL": ("POSTGRES_APP_PASSWORD", lambda word: f"postgresql://{USER}:{word}@{_DATABASE_HOST}"),
    "MIGRATION_DATABASE_URL": ("POSTGRES_OWNER_PASSWORD", lambda word: f"postgresql://{OWNER}:{word}@{_DATABASE_HOST}"),
    "REDIS_URL": ("REDIS_PASSWORD", lambda word: f"redis://:{word}@{Component.cache.service_name}:6379/0"),
    "REDIS_CONF": ("REDIS_PASSWORD", lambda word: f"requirepass {word}\n"),
    "NATS_URL": (
        "NATS_PASSWORD",
        lambda word: f"nats://{NATS_USER}:{word}@{Component.messages.service_name}:4222",
    ),
    "METRICS_TOKEN": ("JWT_SECRET", _metrics_token),
}


def _write(path: Path, value: str) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(opened, "w") as file:
        file.write(value)
