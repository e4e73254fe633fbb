import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolchain.cache import Cache
from toolchain.engine import engine_environment, engine_folder, official_host
from toolchain.error import ToolchainError
from toolchain.machine import this_machine
from toolchain.table import TABLE

HOST = "pulumi-language-python"


@pytest.fixture
def engine_in_cache(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put stand-ins for the CLI and the launchers into the cache; returns the cached CLI."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    cache = Cache(clean_environment)
    for name in ("pulumi", "pulumi-python-scripts"):
        binary = TABLE[name]

        def fill(folder: Path, files: tuple[str, ...] = binary.files) -> str:
            for file in files:
                (folder / file).write_text("#!/bin/sh\necho v3.250.0\n")
            return "the test"

        (clean_environment / name).mkdir(parents=True)
        cache.install(binary, this_machine(), fill)
    return cache.folder(TABLE["pulumi"]) / "pulumi"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / ".venv").symlink_to(sys.prefix)
    return tmp_path / "checkout"


def test_the_engine_finds_cli_launchers_and_host_in_one_folder(engine_in_cache: Path, repository: Path) -> None:
    folder = engine_folder(repository)
    names = {path.name for path in folder.iterdir()}
    assert names == {"pulumi", HOST, *TABLE["pulumi-python-scripts"].files}
    assert (folder / "pulumi").samefile(engine_in_cache)
    # The engine resolves links before it looks beside itself.
    assert (folder / "pulumi").resolve().parent == folder.resolve()
    assert all(os.access(path, os.X_OK) for path in folder.iterdir())


def test_the_launcher_starts_our_host_with_the_checkouts_python(engine_in_cache: Path, repository: Path) -> None:
    launcher = engine_folder(repository) / HOST
    assert str(repository / ".venv" / "bin" / "python") in launcher.read_text()
    with subprocess.Popen([launcher], stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        assert host.stdout.readline().strip().isdigit()
        host.terminate()
        assert host.wait(timeout=10) == 0


def test_the_environment_puts_the_engine_first_and_keeps_it_from_the_network(
    engine_in_cache: Path, repository: Path
) -> None:
    environment = engine_environment(repository)
    assert environment["PATH"] == f"{engine_folder(repository)}:/usr/bin:/bin"
    assert environment["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    allowed = engine_environment(repository, plugin_downloads=True)
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in allowed


def test_asked_again_in_its_own_environment_it_gives_the_same(
    engine_in_cache: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = engine_environment(repository)
    monkeypatch.setenv("PATH", first["PATH"])
    assert engine_environment(repository) == first


def test_another_checkout_gets_its_own_host_even_behind_the_first_ones_path(
    engine_in_cache: Path, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", engine_environment(repository)["PATH"])
    other = tmp_path / "other"
    other.mkdir()
    (other / ".venv").symlink_to(sys.prefix)
    assert engine_folder(other) != engine_folder(repository)
    assert str(other) in (engine_folder(other) / HOST).read_text()


def test_an_official_installation_is_used_as_it_is(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    official = tmp_path / "official"
    official.mkdir()
    for name, text in (("pulumi", "#!/bin/sh\necho v3.250.0\n"), (HOST, "the official host")):
        (official / name).write_text(text)
        (official / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{official}:/usr/bin:/bin")
    assert official_host(official / "pulumi")
    assert engine_folder(repository) == official


def test_a_link_to_an_official_installation_is_followed(tmp_path: Path) -> None:
    official, links = tmp_path / "official", tmp_path / "links"
    official.mkdir()
    links.mkdir()
    for name in ("pulumi", HOST):
        (official / name).write_text("")
        (official / name).chmod(0o755)
    (links / "pulumi").symlink_to(official / "pulumi")
    assert official_host(links / "pulumi")


def test_our_own_host_is_not_taken_for_the_official_one(engine_in_cache: Path, repository: Path) -> None:
    assert not official_host(engine_folder(repository) / "pulumi")


def test_a_checkout_that_is_not_set_up_is_told_so(engine_in_cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"\.venv/bin/python is missing: .* Run `make up`"):
        engine_folder(tmp_path)
