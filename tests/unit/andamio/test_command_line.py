"""The command line: exit codes and messages for input that cannot be used, and nothing touched by it."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from andamio.main import app

ANDAMIO = Path(sys.executable).with_name("andamio")
ROOT = Path(__file__).resolve().parents[3]
VERBS = ("doctor", "validate", "preview", "up", "status", "logs", "destroy", "env")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [ANDAMIO, *arguments],
        capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done


def stack_file(folder: Path, target: str = "", tier: str = "minimum") -> Path:
    """A stack file whose state is in ``folder``; ``target`` is more YAML of its target."""
    file = folder / "Pulumi.minimum-local.yaml"
    more = f", {target}" if target else ""
    state = folder / "state"
    file.write_text(
        f"config: {{'andamio:stack': {{tier: {tier}, target: {{kind: local, state_dir: {state}{more}}}}}}}\n"
    )
    return file


def test_an_unknown_stack_is_answered_with_the_nearest_and_all_names() -> None:
    done = run("status", "minimum-locl")
    assert done.returncode == 2
    assert "did you mean minimum-local?" in done.stderr
    assert "enterprise-local" in done.stderr


def test_a_path_that_is_no_file_is_named(tmp_path: Path) -> None:
    done = run("up", str(tmp_path / "none.yaml"))
    assert done.returncode == 2
    assert str(tmp_path / "none.yaml") in done.stderr.replace("\n", "")


@pytest.mark.parametrize("verb", ["up", "preview", "status", "destroy", "env", "logs"])
def test_a_bad_value_is_named_with_what_is_allowed_and_nothing_is_made(tmp_path: Path, verb: str) -> None:
    file = stack_file(tmp_path, "memory_share: 2.0")
    done = run(verb, "--stack", str(file)) if verb == "logs" else run(verb, str(file))
    assert done.returncode == 2
    for part in ("target.memory_share", "2.0", "0.9"):
        assert part in done.stderr
    assert not (tmp_path / "state").exists()


def test_an_unknown_key_is_named_with_its_mend(tmp_path: Path) -> None:
    done = run("up", str(stack_file(tmp_path, "memory_shares: 0.5")))
    assert done.returncode == 2
    assert "target.memory_shares" in done.stderr
    assert "memory_share" in done.stderr


def test_validate_tells_programs_every_problem_of_every_file(tmp_path: Path) -> None:
    good = stack_file(tmp_path)
    (tmp_path / "bad").mkdir()
    bad = stack_file(tmp_path / "bad", tier="minimun")
    done = run("validate", "--json", str(good), str(bad))
    assert done.returncode == 2
    verdicts = json.loads(done.stdout)
    assert verdicts[str(good)]["problems"] == []
    assert "one machine" in verdicts[str(good)]["warnings"][0]
    assert "minimun" in verdicts[str(bad)]["problems"][0]
    assert "minimum" in verdicts[str(bad)]["problems"][0]


def test_the_stacks_of_the_project_are_valid() -> None:
    assert run("validate").returncode == 0


@pytest.mark.parametrize("arguments", [["ups"], ["up", "--fast"], ["logs", "--lines", "0"], ["status", "a", "b"]])
def test_an_unknown_verb_option_or_value_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example(verb: str) -> None:
    shown = CliRunner().invoke(app, [verb, "--help"])
    assert shown.exit_code == 0
    assert "Examples:" in shown.output
    assert f"andamio {verb}" in shown.output


def test_without_a_terminal_or_yes_no_data_is_deleted(tmp_path: Path) -> None:
    file = stack_file(tmp_path)
    kept = tmp_path / "state/minimum-local/data/kept"
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    done = run("destroy", str(file), "--data")
    assert done.returncode == 2
    assert "nothing was deleted" in done.stderr
    assert "--yes" in done.stderr
    assert kept.read_text() == "kept"


def test_a_full_disk_is_found_before_anything_starts(tmp_path: Path) -> None:
    done = run("up", str(stack_file(tmp_path, "disk_reserve_gib: 1024")))
    assert done.returncode == 1
    assert "target.disk_reserve_gib" in done.stderr
    assert str(tmp_path) in done.stderr.replace("\n", "")
    assert not (tmp_path / "state").exists()


def test_the_logs_of_a_stack_that_never_ran_are_missed_with_the_mend(tmp_path: Path) -> None:
    done = run("logs", "--stack", str(stack_file(tmp_path)))
    assert done.returncode == 1
    assert "andamio up" in done.stderr


def test_doctor_names_a_busy_port_and_its_owner(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("doctor", str(stack_file(tmp_path, f"ports: {{gateway: {port}}}")), "--json")
    assert done.returncode == 1
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert findings[f"port {port}"]["state"] == "missing"
    assert "in use" in findings[f"port {port}"]["found"]
