import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import psutil
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as language
from pulumi.runtime.proto import language_pb2_grpc as language_grpc

from toolchain.table import TABLE

# Stands in for Pulumi's launcher: prints what it got, then behaves as the entry point says.
EXECUTOR = """
import json, os, sys, time
entry = sys.argv[-1]
print("said on stderr", file=sys.stderr)
print("arguments", sys.argv[1:-1], "config", os.environ["PULUMI_CONFIG"], os.environ["PULUMI_CONFIG_SECRET_KEYS"])
if entry == "wait":
    time.sleep(60)
sys.exit(int(entry))
"""


class Host:
    """A running language host and a client of it."""

    def __init__(self, folder: Path) -> None:
        executor = folder / "executor.py"
        executor.write_text(EXECUTOR)
        command = [sys.executable, "-P", "-m", "toolchain.language_host", "--use-executor", str(executor), "engine:1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(self.line())
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.client = language_grpc.LanguageRuntimeStub(self.channel)
        self.root = folder / "project"
        (self.root / "infra").mkdir(parents=True)
        (self.root / ".venv").symlink_to(sys.prefix)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def info(self, entry: str, **options: str) -> language.ProgramInfo:
        struct = Struct()
        struct.update({"toolchain": "uv"} | options)
        return language.ProgramInfo(
            root_directory=str(self.root),
            program_directory=str(self.root / "infra"),
            entry_point=entry,
            options=struct,
        )

    def request(self, entry: str, **options: str) -> language.RunRequest:
        return language.RunRequest(
            project="p",
            stack="s",
            dryRun=True,
            parallel=4,
            monitor_address="monitor:1",
            config={"p:k": "v"},
            configSecretKeys=["p:k"],
            info=self.info(entry, **options),
        )

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    started = Host(tmp_path)
    yield started
    started.channel.close()
    started.process.kill()
    started.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_port_and_ends_quietly(number: signal.Signals, host: Host) -> None:
    assert 0 < host.port < 65536
    host.process.send_signal(number)
    assert host.end() == (0, "")


def test_it_listens_on_loopback_only(host: Host) -> None:
    connections = psutil.Process(host.process.pid).net_connections()
    listening = [c.laddr for c in connections if c.status == psutil.CONN_LISTEN]
    # gRPC may show the address as an IPv4 one inside IPv6.
    assert [(address.ip.removeprefix("::ffff:"), address.port) for address in listening] == [("127.0.0.1", host.port)]


def test_it_answers_what_the_engine_asks_before_a_run(host: Host) -> None:
    host.client.Handshake(language.LanguageHandshakeRequest(engine_address="engine:2"))
    assert host.client.GetPluginInfo(Empty()).version == TABLE["pulumi"].version
    assert list(host.client.GetRequiredPackages(language.GetRequiredPackagesRequest()).packages) == []
    assert list(host.client.InstallDependencies(language.InstallDependenciesRequest())) == []
    about = host.client.About(language.AboutRequest(info=host.info(".")))
    assert about.executable == str(host.root / ".venv" / "bin" / "python")
    dependencies = host.client.GetProgramDependencies(
        language.GetProgramDependenciesRequest(info=host.info("."), transitiveDependencies=True)
    )
    assert "pulumi" in {entry.name for entry in dependencies.dependencies}


def test_a_program_gets_its_arguments_and_config_and_its_output_reaches_the_engine(host: Host) -> None:
    host.client.Handshake(language.LanguageHandshakeRequest(engine_address="engine:2"))
    assert host.client.Run(host.request("0")) == language.RunResponse()
    said = host.line()
    expected = ["--monitor", "monitor:1", "--engine", "engine:2", "--project", "p", "--root_directory", str(host.root)]
    assert str([*expected, "--stack", "s", "--dry_run", "true", "--parallel", "4"]) in said
    assert """config {"p:k": "v"} ["p:k"]""" in said
    host.process.send_signal(signal.SIGTERM)
    assert host.end() == (0, "said on stderr\n")


def test_exit_code_32_means_that_the_error_has_been_shown(host: Host) -> None:
    assert host.client.Run(host.request("32")) == language.RunResponse(bail=True)


def test_another_exit_code_is_an_error_that_names_it(host: Host) -> None:
    assert host.client.Run(host.request("3")).error == "program exited with non-zero exit code: 3"


def test_cancel_ends_a_running_program_without_a_traceback(host: Host) -> None:
    running = host.client.Run.future(host.request("wait"))
    assert host.line().startswith("arguments")
    host.client.Cancel(Empty())
    assert running.result(timeout=10).error == "program was ended by SIGTERM"
    host.process.send_signal(signal.SIGTERM)
    assert host.end() == (0, "said on stderr\n")


def test_interrupted_it_lets_the_program_end_first(host: Host) -> None:
    running = host.client.Run.future(host.request("wait"))
    assert host.line().startswith("arguments")
    program = psutil.Process(host.process.pid).children()[0]
    host.process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        host.process.wait(timeout=1.5)
    program.terminate()
    assert running.result(timeout=10).error == "program was ended by SIGTERM"
    assert host.end()[0] == 0


def test_terminated_it_takes_the_program_along(host: Host) -> None:
    running = host.client.Run.future(host.request("wait"))
    assert host.line().startswith("arguments")
    program = psutil.Process(host.process.pid).children()[0]
    host.process.send_signal(signal.SIGTERM)
    assert host.end()[0] == 0
    program.wait(timeout=10)
    assert running.exception(timeout=10) is not None or running.result().error


def test_an_engine_that_abandons_the_call_ends_the_program(host: Host) -> None:
    running = host.client.Run.future(host.request("wait"))
    assert host.line().startswith("arguments")
    program = psutil.Process(host.process.pid).children()[0]
    running.cancel()
    program.wait(timeout=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"virtualenv": "nowhere"}, "'nowhere', but .*nowhere/bin/python does not exist. Set the project up"),
        ({"toolchain": "poetry"}, "toolchain is 'poetry'; allowed here are uv and pip"),
    ],
)
def test_options_that_name_no_python_are_told_with_the_mend(options: dict[str, str], message: str, host: Host) -> None:
    with pytest.raises(grpc.RpcError, match=message):
        host.client.Run(host.request("0", **options))


def test_a_plugins_output_is_streamed_and_then_its_exit_code(host: Host, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    (plugin / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['SET'])\nprint('oh', file=sys.stderr)\nsys.exit(5)\n"
    )
    info = host.info(".")
    info.program_directory = str(plugin)
    request = language.RunPluginRequest(pwd=str(tmp_path), args=["a"], env=["SET=b=c"], kind="resource", info=info)
    messages = list(host.client.RunPlugin(request))
    assert b"".join(m.stdout for m in messages) == b"['a'] b=c\n"
    assert b"".join(m.stderr for m in messages) == b"oh\n"
    assert messages[-1].exitcode == 5


def test_it_ends_with_the_engine_that_started_it(tmp_path: Path) -> None:
    executor = tmp_path / "executor.py"
    executor.write_text("")
    host = f"{sys.executable} -P -m toolchain.language_host --use-executor {executor}"
    engine = subprocess.Popen(["/bin/sh", "-c", f"{host} & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    pid, port = engine.stdout.readline(), engine.stdout.readline()
    assert port.strip().isdigit()
    orphan = psutil.Process(int(pid))
    engine.kill()
    engine.wait()
    orphan.wait(timeout=10)
    engine.stdout.close()
