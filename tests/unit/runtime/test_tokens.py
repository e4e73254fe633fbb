import base64
import json
import time
from uuid import UUID

import jwt
import pytest

from runtime.kit.tokens import KEY_PATTERN, BadToken, Principal, fingerprint, mint, new_key, verify

SECRET = "s" * 40
TENANT = UUID("0fc5e765-8078-57e8-8c03-f68891038d67")
PRINCIPAL = Principal("key-1", TENANT, frozenset({"read", "write"}))


def test_a_minted_token_gives_back_its_principal() -> None:
    assert verify(SECRET, mint(SECRET, PRINCIPAL, 60)) == PRINCIPAL


def test_an_expired_token_is_refused() -> None:
    with pytest.raises(BadToken, match="expired"):
        verify(SECRET, mint(SECRET, PRINCIPAL, -60))


def test_a_token_signed_with_another_key_is_refused() -> None:
    with pytest.raises(BadToken, match="not valid"):
        verify(SECRET, mint("t" * 40, PRINCIPAL, 60))


def test_a_token_with_changed_claims_is_refused() -> None:
    head, body, signature = mint(SECRET, PRINCIPAL, 60).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["scope"] = "admin"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(BadToken, match="not valid"):
        verify(SECRET, f"{head}.{forged}.{signature}")


def test_a_token_without_a_signature_is_refused() -> None:
    claims = {"sub": "x", "tenant": str(TENANT), "scope": "admin", "exp": int(time.time()) + 60}
    with pytest.raises(BadToken, match="not valid"):
        verify(SECRET, jwt.encode(claims, "", algorithm="none"))


@pytest.mark.parametrize("claim", ["exp", "sub", "tenant", "scope"])
def test_a_token_that_lacks_a_claim_is_refused_and_the_claim_is_named(claim: str) -> None:
    claims = {"sub": "x", "tenant": str(TENANT), "scope": "read", "exp": int(time.time()) + 60}
    del claims[claim]
    with pytest.raises(BadToken, match=claim):
        verify(SECRET, jwt.encode(claims, SECRET, algorithm="HS256"))


def test_a_token_whose_tenant_is_no_identifier_is_refused() -> None:
    claims = {"sub": "x", "tenant": "' OR 1=1", "scope": "read", "exp": int(time.time()) + 60}
    with pytest.raises(BadToken):
        verify(SECRET, jwt.encode(claims, SECRET, algorithm="HS256"))


def test_unknown_scopes_grant_nothing() -> None:
    claims = {"sub": "x", "tenant": str(TENANT), "scope": "read root", "exp": int(time.time()) + 60}
    assert verify(SECRET, jwt.encode(claims, SECRET, algorithm="HS256")).scopes == {"read"}


def test_admin_includes_read_and_write_but_not_metrics() -> None:
    admin = Principal("a", TENANT, frozenset({"admin"}))
    assert admin.may("read")
    assert admin.may("write")
    assert not admin.may("metrics")


def test_new_keys_differ_and_fit_the_pattern_that_is_accepted() -> None:
    first, second = new_key(), new_key()
    assert first != second
    assert KEY_PATTERN.fullmatch(first)
    assert fingerprint(first) != fingerprint(second)
    assert first not in fingerprint(first)
