import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).parents[3] / "toolchain" / "bootstrap.py"
PYPROJECT = (
    '[project]\nname = "x"\n\n[project.optional-dependencies]\nlocal = []\naws = [\n  "a",\n]\n\n[tool.x]\nno = 1\n'
)
# Does what `uv sync` does as far as the bootstrap can see, and writes down what it was asked.
UV = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.13.9 (x)"; exit 0; fi
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
echo "$@" > "$UV_PROJECT_ENVIRONMENT/../asked"
ln -sf "{python}" "$UV_PROJECT_ENVIRONMENT/bin/python"
{after}
"""


class Checkout:
    """A repository with the real bootstrap and a uv that we control."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        (self.folder / "toolchain").mkdir(parents=True)
        (self.folder / "infra").mkdir()
        shutil.copy(BOOTSTRAP, self.folder / "toolchain")
        (self.folder / "uv.lock").write_text("locked")
        (self.folder / "pyproject.toml").write_text(PYPROJECT)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.environment = {
            "PATH": f"{self.bin}{os.pathsep}{os.defpath}",
            "HOME": str(folder / "home"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def uv(self, after: str = "exit 0") -> None:
        (self.bin / "uv").write_text(UV.format(python=sys.executable, after=after))
        (self.bin / "uv").chmod(0o755)

    def start(self, *extras: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(self.folder / "toolchain" / "bootstrap.py"), *extras]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *extras: str) -> tuple[int, str]:
        with self.start(*extras) as process:
            _, errors = process.communicate(timeout=60)
            return process.returncode, errors


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.uv()
    return made


def test_it_parses_on_python_3_6_so_that_an_old_python_gets_a_message() -> None:
    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", ["(3, 6, 9)", "(3, 10, 14)", "(3, 14, 0)", "(2, 99, 0)"])
def test_a_python_out_of_range_is_told_found_allowed_and_mend_in_one_line(version: str) -> None:
    program = (
        f"import sys, runpy; sys.version_info = {version}; runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Python {}.{}.{}".format(*ast.literal_eval(version)) in done.stderr
    assert "3.11, 3.12 or 3.13" in done.stderr
    assert "PYTHON=python3.11" in done.stderr


def old_pythons() -> list[str]:
    """Interpreters below 3.11 that really start (a version manager's shim may not)."""
    names = [shutil.which(f"python3.{minor}") for minor in range(6, 11)]
    homes = Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python")
    found = [name for name in (*names, *map(str, homes)) if name]
    return [
        name for name in found if subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0
    ]


def test_a_real_old_python_gets_the_message_and_no_traceback() -> None:
    found = old_pythons()
    if not found:
        pytest.skip("no Python below 3.11 is installed here")
    done = subprocess.run([found[0], str(BOOTSTRAP)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_asks_uv_for_the_locked_packages_of_the_extras_with_this_python(checkout: Checkout) -> None:
    assert checkout.run("aws")[0] == 0
    asked = (checkout.folder / "asked").read_text().split()
    assert asked[:2] == ["sync", "--locked"]
    assert asked[-4:] == ["--extra", "aws", "--extra", "local"]
    assert os.path.realpath(asked[asked.index("--python") + 1]) == os.path.realpath(sys.executable)
    assert os.readlink(checkout.folder / "infra" / ".venv") == "../.venv"


def test_when_nothing_has_changed_it_does_nothing(checkout: Checkout) -> None:
    assert checkout.run()[0] == 0
    checkout.uv(after="exit 7")
    assert checkout.run() == (0, "")


@pytest.mark.parametrize("change", ["lock", "extra", "interpreter gone"])
def test_a_change_makes_it_run_again(change: str, checkout: Checkout) -> None:
    assert checkout.run()[0] == 0
    (checkout.folder / "asked").unlink()
    if change == "lock":
        (checkout.folder / "uv.lock").write_text("other")
    elif change == "interpreter gone":
        (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert checkout.run(*(["aws"] if change == "extra" else []))[0] == 0
    assert (checkout.folder / "asked").exists()


def test_a_half_made_environment_is_built_anew(checkout: Checkout) -> None:
    broken = checkout.folder / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to("/nowhere/python")
    (checkout.folder / ".venv" / "left-over").write_text("")
    code, said = checkout.run()
    assert code == 0
    assert "does not work; making it anew" in said
    assert not (checkout.folder / ".venv" / "left-over").exists()


def test_a_failure_of_uv_is_told_with_the_mend_and_not_taken_for_done(checkout: Checkout) -> None:
    checkout.uv(after="exit 2")
    code, said = checkout.run()
    assert code == 1
    assert "uv sync failed (exit code 2)" in said
    assert "network and proxy settings" in said
    checkout.uv()
    (checkout.folder / "asked").unlink()
    assert checkout.run()[0] == 0
    assert (checkout.folder / "asked").exists()


def test_an_unknown_extra_is_named_with_those_allowed(checkout: Checkout) -> None:
    code, said = checkout.run("asw")
    assert code == 1
    assert "unknown extra 'asw'; allowed are aws, local" in said


def test_ctrl_c_leaves_nothing_that_looks_done(checkout: Checkout) -> None:
    checkout.uv(after="echo waiting; exec sleep 60")
    process = checkout.start()
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "run the same command again" in said
    assert "Traceback" not in said
    checkout.uv()
    (checkout.folder / "asked").unlink()
    assert checkout.run()[0] == 0
    assert (checkout.folder / "asked").exists()


def test_two_at_once_take_turns(checkout: Checkout) -> None:
    gate = checkout.folder / "gate"
    os.mkfifo(gate)
    checkout.uv(after=f"echo begun; read line < '{gate}'")
    with checkout.start() as first, checkout.start() as second:
        assert first.stdout is not None
        assert second.stdout is not None
        # Whichever comes second says that it waits; only then may the first go on.
        streams = {first.stderr: "", second.stderr: ""}
        for stream in streams:
            assert stream is not None
            streams[stream] = stream.readline()
        assert any("waiting for another set-up" in line for line in streams.values())
        gate.write_text("go\n")
        assert [process.wait(timeout=20) for process in (first, second)] == [0, 0]


def test_without_uv_home_or_cache_the_mend_is_named(checkout: Checkout) -> None:
    (checkout.bin / "uv").unlink()
    del checkout.environment["HOME"], checkout.environment["XDG_CACHE_HOME"]
    code, said = checkout.run()
    assert code == 1
    assert "neither HOME nor XDG_CACHE_HOME is set" in said


def test_an_unreachable_index_is_told_and_leaves_no_half_installed_uv(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.bin / "uv").unlink()
    checkout.environment |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    code, said = checkout.run()
    assert code == 1
    assert "cannot be installed from the package index" in said
    assert "PIP_INDEX_URL" in said
    assert list((tmp_path / "cache" / "andamio" / "uv").iterdir()) == []


def test_a_link_that_is_something_else_is_named(checkout: Checkout) -> None:
    (checkout.folder / "infra" / ".venv").mkdir()
    code, said = checkout.run()
    assert code == 1
    assert "must be a link to ../.venv" in said
