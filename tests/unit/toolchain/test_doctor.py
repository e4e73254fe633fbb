import json
import os
import socket
from pathlib import Path

import pytest

from andamio import doctor
from andamio.doctor import Finding, State, examine, run


def finding(subject: str, findings: list[Finding]) -> Finding:
    return next(found for found in findings if found.subject.startswith(subject))


def look(ports: list[int], state: Path) -> list[Finding]:
    return list(examine(ports, state))


def test_a_missing_binary_fails_and_names_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(json=False, ports=[], state=tmp_path) == 1
    shown = capsys.readouterr().out
    assert "weaviate-server" in shown
    assert "install Go" in " ".join(shown.split())
    assert shown.rstrip().endswith("Something needed is missing.")


def test_json_carries_verdict_and_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(json=True, ports=[], state=tmp_path) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert {"subject", "state", "found", "mend"} == set(told["findings"][0])
    assert "missing" in {entry["state"] for entry in told["findings"]}


def test_binaries_of_other_uses_are_not_held_against_the_local_target(tmp_path: Path) -> None:
    assert finding("kube-apiserver", look([], tmp_path)).state is State.ABSENT


def test_when_all_is_there_the_exit_code_is_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda ports, state: [Finding("all", State.OK, "here [x]")])
    assert run(json=False, ports=[], state=tmp_path) == 0
    assert "here [x]" in capsys.readouterr().out


def test_a_busy_port_names_its_holder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        busy = finding(f"port {port}", look([port], tmp_path))
    assert busy.state is State.MISSING
    assert f"(pid {os.getpid()})" in busy.found
    assert "another port" in busy.mend
    assert finding(f"port {port}", look([port], tmp_path)).state is State.OK


def test_the_servers_of_the_wheels_are_found(tmp_path: Path) -> None:
    findings = look([], tmp_path)
    for name in ("postgres 18", "valkey-server", "nats-server"):
        assert finding(name, findings).state is State.OK


def test_a_disk_that_is_too_small_is_named_with_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_DISK_GIB", 1e9)
    disk = finding("disk for state", look([], tmp_path / "not" / "yet"))
    assert disk.state is State.MISSING
    assert "are needed" in disk.mend


def test_looking_creates_nothing(tmp_path: Path, clean_environment: Path) -> None:
    look([], tmp_path / "state")
    assert not (tmp_path / "state").exists()
    assert not clean_environment.exists()


def test_as_root_postgresql_runs_as_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "refuses root" in finding("PostgreSQL's user", look([], tmp_path)).found


def test_as_an_ordinary_user_postgresql_runs_as_that_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    findings = look([], tmp_path)
    assert "as everything else" in finding("PostgreSQL's user", findings).found
