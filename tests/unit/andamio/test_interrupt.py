"""The engine as a child: one Ctrl-C reaches it once."""

import os
import signal
import threading
from pathlib import Path

import pytest
from pulumi.automation.errors import CommandError

from andamio.interrupt import InterruptibleCommand

SCRIPT = """#!/bin/sh
trap 'echo interrupted >> "$0.signals"; stopped=1' INT
echo started
until [ "$stopped" ]; do sleep 0.05; done
echo ended
exit 1
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    script = tmp_path / "pulumi"
    script.write_text(SCRIPT)
    script.chmod(0o700)
    return script


def test_one_interrupt_reaches_the_engine_once_and_its_last_words_are_kept(engine: Path, tmp_path: Path) -> None:
    command = InterruptibleCommand(engine, "3.250.0")
    before = signal.getsignal(signal.SIGINT)
    heard: list[str] = []

    def listen(line: str) -> None:
        heard.append(line)
        if line == "started":
            threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()

    with pytest.raises(CommandError):
        command.run([], str(tmp_path), {}, on_output=listen)
    assert command.interrupted
    assert heard == ["started", "ended"]
    assert engine.with_name("pulumi.signals").read_text() == "interrupted\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_command_that_succeeds_returns_both_of_its_streams(tmp_path: Path) -> None:
    script = tmp_path / "pulumi"
    script.write_text('#!/bin/sh\necho "$PULUMI_AUTOMATION_API $GIVEN $*"\necho note >&2\n')
    script.chmod(0o700)
    result = InterruptibleCommand(script, "3.250.0").run(["version"], str(tmp_path), {"GIVEN": "x"})
    assert (result.stdout, result.stderr, result.code) == ("true x --non-interactive version", "note", 0)
