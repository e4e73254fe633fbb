"""Ports, readiness, and the processes that a dead supervisor left."""

import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from infra.targets.local import identity
from infra.targets.local.home import Home
from infra.targets.local.provider import orphan
from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.port import require_free
from infra.targets.local.provider.readiness import HttpProbe, TcpProbe, wait


def listener() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def nothing() -> None:
    return None


def test_a_busy_port_names_its_owner_and_the_setting_to_change() -> None:
    with listener() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=rf"port {port} is used by .*process {os.getpid()}.*target\.ports\.gateway"):
            require_free({"target.ports.gateway": port})


def test_a_port_is_free_again_once_nobody_listens() -> None:
    with listener() as taken:
        port = taken.getsockname()[1]
    require_free({"target.ports.gateway": port})


def test_a_port_that_accepts_is_ready(cancelled: threading.Event) -> None:
    with listener() as taken:
        wait(TcpProbe(kind="tcp", port=taken.getsockname()[1], patience_s=5), nothing, cancelled)


def test_a_path_that_answers_an_error_is_not_ready_and_the_answer_is_shown(cancelled: threading.Event) -> None:
    class Unready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b"the database is away")

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Unready) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        probe = HttpProbe(kind="http", port=server.server_port, path="/ready", patience_s=0.3)
        with pytest.raises(Failure, match="/ready answered 503 the database is away"):
            wait(probe, nothing, cancelled)
        server.shutdown()


def test_waiting_ends_at_once_when_it_is_pointless_or_cancelled(cancelled: threading.Event) -> None:
    with listener() as taken:
        port = taken.getsockname()[1]
    probe = TcpProbe(kind="tcp", port=port, patience_s=600)
    with pytest.raises(Failure, match="it keeps failing"):
        wait(probe, lambda: "it keeps failing", cancelled)
    cancelled.set()
    with pytest.raises(Failure, match=r"interrupted.*`make up` again"):
        wait(probe, nothing, cancelled)


def sleeper(home: Home) -> "subprocess.Popen[str]":
    """A process that has noted itself as one of the stack's, in a session of its own."""
    code = "import sys, time; from pathlib import Path; from infra.targets.local import identity\n"
    code += "identity.record(Path(sys.argv[1])); print('noted', flush=True); time.sleep(600)"
    command = [sys.executable, "-c", code, str(home.pids)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "noted\n"
    return process


def test_what_a_dead_supervisor_left_is_ended(home: Home) -> None:
    with sleeper(home) as process:
        assert identity.recorded(home.pids) == [process.pid]
        orphan.end_all(home)
        assert not psutil.pid_exists(process.pid)
    assert identity.recorded(home.pids) == []


def test_a_later_process_with_a_noted_id_is_left_alone_and_its_note_removed(home: Home) -> None:
    with sleeper(home) as process:
        note = home.pids / str(process.pid)
        note.write_text(str(int(note.read_text()) - 1))
        orphan.end_all(home)
        assert psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE
        assert not note.exists()
        process.kill()


def test_a_note_that_was_not_written_to_its_end_is_removed(home: Home) -> None:
    home.pids.mkdir(parents=True)
    (home.pids / str(os.getpid())).write_text("")
    assert identity.recorded(home.pids) == []


def test_a_process_that_is_not_there_has_no_start() -> None:
    assert identity.start_ticks(2**22 + 1) is None
    assert Path(f"/proc/{os.getpid()}").exists()
    assert identity.start_ticks(os.getpid()) is not None
