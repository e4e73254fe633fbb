"""The secrets beside a compose file: made once, never changed, never printed, and good for the servers."""

import stat
from pathlib import Path

from sizing_rig import AWS, LOCAL, call, rendered

from andamio.render.secret_file import write_secrets
from runtime.kit.tokens import KEY_PATTERN, verify


def made_in(folder: Path, raw: dict[str, object]) -> dict[str, str]:
    made = rendered(raw)
    write_secrets(folder, [name for name in made.secrets if name not in made.brought])
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_every_secret_of_the_file_is_made_but_those_that_are_brought(tmp_path: Path) -> None:
    made = rendered({"tier": "enterprise", "target": AWS})
    found = made_in(tmp_path / "s", {"tier": "enterprise", "target": AWS})
    assert set(found) == set(made.secrets) - set(made.brought)
    assert set(made.brought) == {"TLS_CERT", "TLS_KEY"}


def test_addresses_carry_the_passwords_of_their_servers(tmp_path: Path) -> None:
    found = made_in(tmp_path / "s", {"tier": "minimum", "target": LOCAL})
    assert f":{found['POSTGRES_APP_PASSWORD']}@postgres:5432/" in found["DATABASE_URL"]
    assert f":{found['POSTGRES_OWNER_PASSWORD']}@postgres:5432/" in found["MIGRATION_DATABASE_URL"]
    assert f":{found['NATS_PASSWORD']}@cola-mensajes:4222" in found["NATS_URL"]
    assert found["REDIS_CONF"] == f"requirepass {found['REDIS_PASSWORD']}\n"
    assert KEY_PATTERN.fullmatch(found["BOOTSTRAP_API_KEY"])


def test_the_token_of_prometheus_may_read_metrics_and_nothing_else(tmp_path: Path) -> None:
    found = made_in(tmp_path / "s", {"tier": "enterprise", "target": AWS})
    principal = verify(found["JWT_SECRET"], found["METRICS_TOKEN"])
    assert principal.scopes == {"metrics"}
    assert not principal.may("read")


def test_what_exists_is_never_changed_and_what_was_lost_is_made_again(tmp_path: Path) -> None:
    raw: dict[str, object] = {"tier": "minimum", "target": LOCAL}
    before = made_in(tmp_path, raw)
    (tmp_path / "REDIS_URL").unlink()
    assert made_in(tmp_path, raw) == before


def test_the_folder_is_private_and_no_secret_is_twice_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    found = made_in(folder, {"tier": "minimum", "target": LOCAL})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    passwords = [value for name, value in found.items() if name.endswith(("PASSWORD", "KEY", "SECRET"))]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 32


def test_the_command_prints_no_secret(tmp_path: Path) -> None:
    done = call("render", "compose", "--stack", "minimum-local", "-o", str(tmp_path), "--secrets")
    assert done.exit_code == 0
    for path in (tmp_path / "secretos").iterdir():
        assert path.read_text().strip() not in done.output
    assert "certificados/servidor.crt" in done.output


def test_secrets_without_a_folder_are_refused() -> None:
    done = call("render", "compose", "--stack", "minimum-local", "--secrets")
    assert "Add --output" in str(done.exception)
