"""An up that is interrupted or killed at any point: the next one goes on, and nothing is lost or left behind."""

import json
import socket
import subprocess

import psutil
import pytest

from tests.local_stack import LocalStack, eventually, eventually_gone, interrupt

pytestmark = pytest.mark.timeout(400)

ROUNDS = ("interrupted", "killed") * 2
END_S = 90


def test_a_busy_port_is_found_before_any_program_starts(own_stack: LocalStack) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_stack.ports["cache"]))
        taken.listen()
        refused = own_stack.run("up", code=1)
    assert f"port {own_stack.ports['cache']} is used by" in refused.stderr
    assert "target.ports.cache" in refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    assert own_stack.processes() == []


def test_interrupted_or_killed_after_any_step_the_next_up_goes_on(own_stack: LocalStack) -> None:
    secrets: dict[str, str] = {}
    for way in ROUNDS:
        up = own_stack.start("up")
        printed = read_until(up, ") created")
        if way == "interrupted":
            interrupt(up)
            printed += up.communicate(timeout=END_S)[0]
            assert up.returncode == 1, printed
            assert "error: interrupted; what was done is recorded" in printed
            assert printed.count("error:") == 1, printed
        else:
            kill_with_children(up, own_stack)
            printed += up.communicate(timeout=END_S)[0]
        assert "Traceback" not in printed
        now = own_stack.secrets()
        assert {name: now[name] for name in secrets} == secrets, "a secret was generated twice"
        secrets = now

    own_stack.run("up")
    assert own_stack.status()["healthy"] is True
    assert set(json.loads(own_stack.run("preview", "--json").stdout)["changes"]) == {"same"}
    exported = json.loads(own_stack.pulumi("stack", "export", "--stack", "minimum-local").stdout)
    assert exported["deployment"].get("pending_operations", []) == []
    assert strangers(own_stack) == []
    assert {name: own_stack.secrets()[name] for name in secrets} == secrets


def test_a_stack_that_another_process_changes_is_refused_and_its_lock_is_kept(own_stack: LocalStack) -> None:
    lock = own_stack.folder / "state/state/.pulumi/locks/organization/andamio/minimum-local/test.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": psutil.Process().pid}))
    try:
        refused = own_stack.run("up", code=1)
        assert f"is being changed by process {psutil.Process().pid}" in refused.stderr
        assert lock.exists()
    finally:
        lock.unlink()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """What ``process`` has printed, up to the line with ``text``."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(f"no {text!r} in:\n{printed}")


def kill_with_children(process: subprocess.Popen[str], stack: LocalStack) -> None:
    """kill -9 of the command and of the engine; what the engine had started must end by itself."""
    mine = psutil.Process(process.pid)
    children = mine.children(recursive=True)
    engines = [child for child in children if child.name() == "pulumi"]
    assert engines
    helpers = [child for child in children if child not in engines and child not in stack.processes()]
    for victim in (mine, *engines):
        victim.kill()
    left = eventually_gone(lambda: [child for child in helpers if alive(child)], END_S)
    assert left == [], f"outlived the engine: {[child.cmdline() for child in left if alive(child)]}"


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def strangers(stack: LocalStack) -> list[str]:
    """Processes of the stack that are not the supervisor's."""
    pid = int((stack.home.root / "supervisord.pid").read_text())
    supervisor = psutil.Process(pid)
    known = {supervisor, *supervisor.children(recursive=True)}
    eventually(lambda: all(0 not in pids for pids in stack.pids().values()), END_S, "every program runs")
    return [f"{process.pid} {process.cmdline()}" for process in stack.processes() if process not in known]
