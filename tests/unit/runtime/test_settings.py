import subprocess
import sys
from pathlib import Path

import pytest

from runtime.kit.settings import SECRETS_DIR, DatabaseSettings, ServiceSettings, TokenSettings, read_settings

SECRET_VALUE = "postgresql://app:hunter2@127.0.0.1/db"


class Example(ServiceSettings, DatabaseSettings, TokenSettings):
    """Settings as a service would have them."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SECRETS_DIR, str(tmp_path))
    (tmp_path / "DATABASE_URL").write_text(SECRET_VALUE)
    (tmp_path / "JWT_SECRET").write_text("j" * 32)
    return tmp_path


def test_secrets_come_from_files_of_their_exact_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDAMIO_PORT", "3000")
    settings = read_settings(Example)
    assert settings.database_url.get_secret_value() == SECRET_VALUE
    assert settings.andamio_port == 3000
    assert "hunter2" not in repr(settings)


def test_a_missing_setting_is_named_on_one_line_and_the_exit_code_is_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ANDAMIO_PORT", raising=False)
    with pytest.raises(SystemExit) as ended:
        read_settings(Example)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("settings: ANDAMIO_PORT: not set")


def test_a_bad_secret_is_named_without_its_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANDAMIO_PORT", "3000")
    (folder / "JWT_SECRET").write_text("too-short-value")
    with pytest.raises(SystemExit):
        read_settings(Example)
    said = capsys.readouterr().err
    assert "JWT_SECRET" in said
    assert "too-short-value" not in said


def test_a_port_out_of_range_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANDAMIO_PORT", "70000")
    with pytest.raises(SystemExit):
        read_settings(Example)
    assert "ANDAMIO_PORT: Input should be less than or equal to 65535" in capsys.readouterr().err


def test_a_missing_secrets_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SECRETS_DIR, str(tmp_path / "absent"))
    with pytest.raises(SystemExit) as ended:
        read_settings(Example)
    assert ended.value.code == 2
    assert "absent" in capsys.readouterr().err


@pytest.mark.parametrize("service", ["gateway", "orchestrator", "tools", "knowledge", "embeddings"])
def test_a_service_without_settings_ends_with_code_2_and_no_traceback(service: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", f"runtime.{service}"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "ANDAMIO_PORT: not set" in ended.stderr
    assert "Traceback" not in ended.stderr
