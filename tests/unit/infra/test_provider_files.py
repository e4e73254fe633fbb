"""Private files and generated secrets."""

import stat
from pathlib import Path

import pytest

from infra.targets.local.provider.files import make_private, write_private
from infra.targets.local.provider.secret import SecretHandler


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_and_its_new_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "one/two/file"
    assert write_private(file, "content") is True
    assert [mode(path) for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_private(file, "content")
    before = file.stat().st_ino
    assert write_private(file, "content") is False
    assert file.stat().st_ino == before
    assert write_private(file, "other") is True


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_private(file, "content")
    with pytest.raises(KeyError):
        write_private(file, "other", account="no-such-account")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text() == "content"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "new")
    assert (mode(tmp_path), mode(tmp_path / "new")) == (0o755, 0o700)


def test_a_secret_is_generated_once_and_outlives_its_resource(tmp_path: Path) -> None:
    handler, wanted = SecretHandler(), {"path": str(tmp_path / "secrets/key"), "prefix": "ak_", "entropy_bytes": 32}
    created = handler.create(wanted)
    value = created.state["value"]
    assert isinstance(value, str)
    assert value.startswith("ak_")
    assert len(value) >= 3 + 43
    assert mode(tmp_path / "secrets/key") == 0o600
    handler.delete(created.identity, created.state)
    assert handler.create(wanted).state["value"] == value


def test_two_secrets_differ(tmp_path: Path) -> None:
    values = {str(SecretHandler().create({"path": str(tmp_path / name)}).state["value"]) for name in "ab"}
    assert len(values) == 2


def test_a_lost_secret_is_noticed(tmp_path: Path) -> None:
    created = SecretHandler().create({"path": str(tmp_path / "key")})
    (tmp_path / "key").unlink()
    assert SecretHandler().read(created.identity, created.state) is None
