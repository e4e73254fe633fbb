"""Programs under a real supervisor, and jobs."""

import sys
import threading
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.targets.local.home import Home
from infra.targets.local.provider import supervisor
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.handler import change
from infra.targets.local.provider.job import JobHandler
from infra.targets.local.provider.plan import Plan
from infra.targets.local.provider.process import ProcessHandler
from infra.targets.local.provider.supervisor import SupervisorHandler
from tests.local_stack import eventually, free_ports

SERVER = "import http.server as h; h.HTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler).serve_forever()"


def wanted(home: Home, name: str, port: int) -> dict[str, object]:
    """The inputs of a small server."""
    return {
        "root": str(home.root),
        "name": name,
        "command": [sys.executable, "-c", SERVER.format(port=port)],
        "files": {str(home.root / "run" / name / "key"): "s3cret"},
        "folders": [str(home.data / name)],
        "ports": {f"target.ports.{name}": port},
        "probe": {"kind": "tcp", "port": port, "patience_s": 20},
    }


def pid(home: Home, name: str) -> int:
    with supervisor.connect(home) as rpc:
        return int(next(entry["pid"] for entry in rpc.getAllProcessInfo() if entry["group"] == name))


def test_a_program_starts_changes_alone_and_leaves_its_data(supervised: Home, cancelled: threading.Event) -> None:
    handler = ProcessHandler(cancelled)
    one, two, three = free_ports(3)
    first, second = handler.create(wanted(supervised, "one", one)), handler.create(wanted(supervised, "two", two))
    assert handler.read("one", first.state) == {**first.state, "running": True}
    kept = pid(supervised, "two")

    changed = wanted(supervised, "one", three)
    assert change(handler, first.state, changed).update == {"command", "ports", "probe"}
    state = handler.update("one", first.state, changed)
    assert state["digest"] != first.state["digest"]
    assert pid(supervised, "two") == kept

    (supervised.data / "one/row").write_text("data")
    handler.delete("one", state)
    assert handler.read("one", state) is None
    assert (supervised.data / "one/row").read_text() == "data"
    assert not (supervised.root / "run/one/key").exists()
    assert handler.read("two", second.state) == {**second.state, "running": True}


def test_a_killed_program_is_started_again_and_a_stopped_one_is_noticed(
    supervised: Home, cancelled: threading.Event
) -> None:
    handler = ProcessHandler(cancelled)
    created = handler.create(wanted(supervised, "one", free_ports(1)[0]))
    old = pid(supervised, "one")
    psutil.Process(old).kill()
    eventually(lambda: pid(supervised, "one") not in (0, old), 20, "it runs again")

    with supervisor.connect(supervised) as rpc:
        rpc.stopProcessGroup("one")
    found = handler.read("one", created.state)
    assert found is not None
    assert found["running"] is False
    assert "running" in change(handler, found, {"running": True}).update


def test_a_changed_file_on_disk_is_noticed(supervised: Home, cancelled: threading.Event) -> None:
    handler = ProcessHandler(cancelled)
    created = handler.create(wanted(supervised, "one", free_ports(1)[0]))
    (supervised.root / "run/one/key").write_text("tampered")
    found = handler.read("one", created.state)
    assert found is not None
    assert found["running"] is False


def test_a_busy_port_leaves_the_running_program_as_it_was(supervised: Home, cancelled: threading.Event) -> None:
    handler = ProcessHandler(cancelled)
    one, two = free_ports(2)
    created = handler.create(wanted(supervised, "one", one))
    handler.create(wanted(supervised, "two", two))
    before = pid(supervised, "one")
    with pytest.raises(Failure, match=rf"port {two} is used by .*target\.ports\.one"):
        handler.update("one", created.state, wanted(supervised, "one", two))
    assert pid(supervised, "one") == before


def test_a_program_that_never_answers_fails_with_the_end_of_its_log(
    supervised: Home, cancelled: threading.Event
) -> None:
    broken = wanted(supervised, "one", free_ports(1)[0])
    broken["command"] = [sys.executable, "-c", "import sys, time; print('no such table', flush=True); time.sleep(60)"]
    broken["probe"] = {"kind": "tcp", "port": broken["probe"]["port"], "patience_s": 2}  # type: ignore[index]
    with pytest.raises(Failure, match=r"(?s)one: it was not ready within 2 s.*no such table"):
        ProcessHandler(cancelled).create(broken)


def test_a_killed_supervisors_programs_are_ended_before_the_next_one_starts(
    supervised: Home, cancelled: threading.Event
) -> None:
    inputs = wanted(supervised, "one", free_ports(1)[0])
    ProcessHandler(cancelled).create(inputs)
    orphan = psutil.Process(pid(supervised, "one"))
    psutil.Process(int((supervised.root / "supervisord.pid").read_text())).kill()
    eventually(lambda: not supervisor.alive(supervised), 10, "the supervisor is gone")
    assert orphan.is_running()
    SupervisorHandler().create({"root": str(supervised.root), "ports": {}})
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    ProcessHandler(cancelled).create(inputs)


def test_the_supervisor_knows_no_secret_and_passes_on_no_variable_of_the_engine(
    home: Home, cancelled: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the-passphrase")
    handler = SupervisorHandler()
    handler.create({"root": str(home.root), "ports": {}})
    try:
        ProcessHandler(cancelled).create(wanted(home, "one", free_ports(1)[0]))
        for seen in (pid(home, "one"), int((home.root / "supervisord.pid").read_text())):
            process = psutil.Process(seen)
            assert "the-passphrase" not in process.environ().values()
            assert not any("s3cret" in text for text in [*process.cmdline(), *process.environ().values()])
    finally:
        handler.delete(str(home.root), {})


def job(home: Home, code: str, patience_s: float = 60) -> dict[str, object]:
    command = [sys.executable, "-c", code]
    return {"root": str(home.root), "name": "job", "command": command, "patience_s": patience_s}


def test_a_job_that_fails_shows_the_end_of_its_log(home: Home, cancelled: threading.Event) -> None:
    with pytest.raises(Failure, match=r"(?s)job: it failed with 3.*disk is full"):
        JobHandler(cancelled).create(job(home, "import sys; print('disk is full'); sys.exit(3)"))


def test_a_job_that_takes_too_long_is_ended(home: Home, cancelled: threading.Event) -> None:
    with pytest.raises(Failure, match="job: it took over 1 s"):
        JobHandler(cancelled).create(job(home, "import time; time.sleep(600)", patience_s=1))


def test_a_cancelled_job_is_ended_and_can_be_repeated(home: Home, cancelled: threading.Event) -> None:
    threading.Timer(0.5, cancelled.set).start()
    with pytest.raises(Failure, match=r"job: interrupted; run `make up` again"):
        JobHandler(cancelled).create(job(home, "import time; time.sleep(600)"))
    cancelled.clear()
    assert JobHandler(cancelled).create(job(home, "pass")).identity == "job"


@given(values=st.dictionaries(st.text("abc", min_size=1), st.text(max_size=4), max_size=5), data=st.data())
def test_plan_and_digest_do_not_depend_on_the_order_of_keys(values: dict[str, str], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(values.items()))))
    plans = [Plan(root=Path("/x"), name="a", command=["b"], environment=given) for given in (values, shuffled)]
    assert plans[0].text() == plans[1].text()
    assert plans[0].digest() == plans[1].digest()


def test_a_digest_changes_with_any_input() -> None:
    base = {"root": "/x", "name": "a", "command": ["b"]}
    more: list[dict[str, object]] = [
        {}, {"command": ["c"]}, {"environment": {"A": "1"}}, {"files": {"/f": "1"}}, {"account": "b"},
        {"confine": True},
    ]  # fmt: skip
    assert len({Plan.model_validate({**base, **change}).digest() for change in more}) == len(more)
