"""The stand-in for Pulumi's Python language host, used only where the official one is not beside the CLI.

Run as `pulumi-language-python [--use-executor PATH] [--root DIR] [ENGINE]` by the engine: it serves the
`LanguageRuntime` gRPC service on loopback, prints the port, and ends with the engine. It runs programs and plugins;
what `pulumi new`, `convert` and SDK generation need is not served, and gRPC answers those calls with UNIMPLEMENTED.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2 as language
from pulumi.runtime.proto import language_pb2_grpc as language_grpc
from pulumi.runtime.proto import plugin_pb2 as plugin

from toolchain.child import Children, end
from toolchain.dependencies import installed_distributions
from toolchain.interpreter import Interpreter, InterpreterError, interpreter_for
from toolchain.plugin_stream import plugin_output
from toolchain.table import TABLE

_EXECUTOR = "pulumi-language-python-exec"
# The launcher's exit code for "the error has been shown already".
_BAIL = 32
# The engine's own limit for one message.
_MESSAGE_BYTES = 400 * 1024 * 1024
_ENGINE_CHECK_S = 1.0


class LanguageHost(language_grpc.LanguageRuntimeServicer):
    """The service: one engine, any number of programs and plugins at a time."""

    def __init__(self, executor: str, engine: str) -> None:
        """Take the launcher's path and the engine's address, which a handshake may replace."""
        self._executor = executor
        self._engine = engine
        self._children = Children()

    def Handshake(
        self, request: language.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language.LanguageHandshakeResponse:
        """Learn the engine's address."""
        self._engine = request.engine_address
        return language.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin.PluginInfo:
        """Answer with the version of the engine this host stands in for."""
        return plugin.PluginInfo(version=TABLE["pulumi"].version)

    def GetRequiredPackages(
        self, request: language.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language.GetRequiredPackagesResponse:
        """Name none: the engine then loads a provider when the program first uses it."""
        return language.GetRequiredPackagesResponse()

    def GetRequiredPlugins(
        self, request: language.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language.GetRequiredPluginsResponse:
        """Name none, as `GetRequiredPackages` does."""
        return language.GetRequiredPluginsResponse()

    def InstallDependencies(
        self, request: language.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language.InstallDependenciesResponse]:
        """Install nothing: the project's own set-up has filled the virtual environment."""
        return iter(())

    def About(self, request: language.AboutRequest, context: grpc.ServicerContext) -> language.AboutResponse:
        """Name the interpreter of the program."""
        interpreter = self._interpreter(request.info, context)
        return language.AboutResponse(
            executable=str(interpreter.python),
            version=".".join(str(part) for part in sys.version_info[:3]),
            metadata={"toolchain": interpreter.toolchain, "host": "andamio stand-in"},
        )

    def GetProgramDependencies(
        self, request: language.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language.GetProgramDependenciesResponse:
        """List the distributions in the program's environment; without `transitive` those nothing else requires."""
        interpreter = self._interpreter(request.info, context)
        found = installed_distributions(interpreter, transitive=request.transitiveDependencies)
        return language.GetProgramDependenciesResponse(
            dependencies=[language.DependencyInfo(name=name, version=version) for name, version in found]
        )

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Ask the running programs to end; the engine calls this on the first Ctrl-C."""
        self._children.end_all()
        return Empty()

    def Run(self, request: language.RunRequest, context: grpc.ServicerContext) -> language.RunResponse:
        """Run a program to its end; exit code 32 means that it has shown its error."""
        interpreter = self._interpreter(request.info, context)
        command = [str(interpreter.python), "-u", self._executor, *self._arguments(request)]
        environment = interpreter.environment() | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        folder = Path(request.info.program_directory)
        try:
            with self._children.started(command, environment, folder, piped=False) as program:
                context.add_callback(lambda: end(program))
                code = program.wait()
        except (OSError, RuntimeError) as error:
            return language.RunResponse(error=f"the program could not be run: {error}")
        if code == _BAIL:
            return language.RunResponse(bail=True)
        if code < 0:
            return language.RunResponse(error=f"program was ended by {signal.Signals(-code).name}")
        return language.RunResponse(error=f"program exited with non-zero exit code: {code}" if code else "")

    def RunPlugin(
        self, request: language.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language.RunPluginResponse]:
        """Run a provider or policy pack written in Python; stream its output, then its exit code.

        A policy pack sees the resources but not the stack's name and configuration: the official host learns those
        by standing between engine and pack, which this one does not.
        """
        interpreter = self._interpreter(request.info, context)
        program = request.info.program_directory
        # A policy pack runs in its own folder and takes that folder as its last argument.
        if request.kind == "analyzer":
            arguments, folder = ["-u", "-m", "pulumi.policy", *request.args, program], program
        else:
            arguments, folder = ["-u", program, *request.args], request.pwd
        environment = interpreter.environment() | dict(entry.split("=", 1) for entry in request.env if "=" in entry)
        command = [str(interpreter.python), *arguments]
        with self._children.started(command, environment, Path(folder), piped=True) as process:
            context.add_callback(lambda: end(process))
            yield from plugin_output(process)

    def stop(self) -> None:
        """Ask every running program to end."""
        self._children.end_all()

    def _interpreter(self, info: language.ProgramInfo, context: grpc.ServicerContext) -> Interpreter:
        """Resolve the program's interpreter, or end the call with a message for people."""
        options: Mapping[str, object] = MessageToDict(info.options)
        try:
            return interpreter_for(Path(info.root_directory), options)
        except InterpreterError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise AssertionError("abort returned") from error

    def _arguments(self, request: language.RunRequest) -> list[str]:
        """Build the launcher's command line; empty values are left out, as its parser expects."""
        flags = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        given = [part for flag, value in flags.items() if value for part in (f"--{flag}", value)]
        return [*given, request.info.entry_point or ".", *request.args]


def serve(executor: str, engine: str) -> None:
    """Serve until SIGINT, SIGTERM or the end of the engine that started this process.

    SIGINT lets a running program end first, as the official host does: the engine decides what an interrupted update
    does. SIGTERM and the engine's end take the program along.
    """
    # Read before the port is printed: from then on the engine may end at any time.
    parent = os.getppid()
    host = LanguageHost(executor, engine)
    options = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=options)
    language_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    ended, abrupt = threading.Event(), threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGTERM:
            abrupt.set()
        ended.set()

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    server.start()
    print(port, flush=True)
    while not ended.wait(_ENGINE_CHECK_S):
        if os.getppid() != parent:
            abrupt.set()
            break
    if abrupt.is_set():
        host.stop()
    # None for the grace means that running calls are cut off; SIGINT gives them the time they need.
    server.stop(None if abrupt.is_set() else threading.TIMEOUT_MAX).wait()


def main() -> None:
    """Parse the engine's command line and serve; unknown flags of newer engines are ignored."""
    parser = argparse.ArgumentParser(prog="pulumi-language-python")
    parser.add_argument("--use-executor", "-use-executor", default="")
    parser.add_argument("engine", nargs="?", default="")
    known, _ = parser.parse_known_args()
    executor = known.use_executor or shutil.which(_EXECUTOR)
    if not executor:
        raise SystemExit(f"{_EXECUTOR} is not on PATH; `andamio doctor` says how to get it")
    serve(executor, known.engine)


if __name__ == "__main__":
    main()
