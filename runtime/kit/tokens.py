"""JSON Web Tokens (HS256) and API keys: how they are made, hashed and verified."""

import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import jwt

SCOPES: Final = frozenset({"read", "write", "admin", "metrics"})
KEY_PREFIX: Final = "ak_"
KEY_PATTERN: Final = re.compile(r"ak_[A-Za-z0-9_-]{20,128}")
ISSUER: Final = "andamio"


class BadToken(Exception):
    """The token is malformed, forged, expired or lacks a claim; the message says which."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the subject (an API key's id or a service), its tenant and what it may do."""

    subject: str
    tenant: UUID
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether `scope` was granted; admin includes read and write, not metrics."""
        return scope in self.scopes or (scope in {"read", "write"} and "admin" in self.scopes)


def new_key() -> str:
    """A fresh API key with 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def fingerprint(key: str) -> str:
    """SHA-256 of an API key, hexadecimal. Keys are random, so a slow hash would protect nothing more."""
    return hashlib.sha256(key.encode()).hexdigest()


def mint(secret: str, principal: Principal, lifetime_s: int) -> str:
    """A signed token for `principal` that expires in `lifetime_s` seconds."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": principal.subject,
        "tenant": str(principal.tenant),
        "scope": " ".join(sorted(principal.scopes)),
        "iat": now,
        "exp": now + lifetime_s,
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def verify(secret: str, token: str) -> Principal:
    """The principal of a token. Raises BadToken; accepts HS256 and no other algorithm."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": ["exp", "sub", "tenant", "scope"]},
            leeway=5,
        )
        scopes = _scopes(str(claims["scope"]).split())
        return Principal(str(claims["sub"]), UUID(str(claims["tenant"])), scopes)
    except jwt.ExpiredSignatureError as error:
        raise BadToken("the token has expired") from error
    except jwt.MissingRequiredClaimError as error:
        raise BadToken(f"the token lacks the claim {error.claim}") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise BadToken("the token is not valid") from error


def _scopes(names: Iterable[str]) -> frozenset[str]:
    """Unknown scopes are dropped: they grant nothing here."""
    return SCOPES.intersection(names)
