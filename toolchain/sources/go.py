"""Source 4: a build from the pinned Go module. Needs Go and its module proxy, no C compiler, and some minutes."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import monotonic
from typing import IO

from toolchain.binary import Binary
from toolchain.error import SourceRefusedError
from toolchain.machine import Machine
from toolchain.progress import Progress, Step
from toolchain.sources.path import printed_version
from toolchain.sources.unpack import copy_file

MODULES = Path(__file__).resolve().parent.parent / "go"
_TICK_S = 1.0
_REASON_LINES = 6


def from_go(binary: Binary, machine: Machine, folder: Path, progress: Progress) -> str:
    """Build the binary from its committed module into `folder` and return the module's name in words.

    The module's go.sum decides what is compiled: no checksum database is asked. The result is a static build without
    cgo. Raises `SourceRefusedError` when Go is missing, a module cannot be downloaded or the build fails.
    """
    go = shutil.which("go")
    if go is None:
        raise SourceRefusedError("Go is not installed (no go on PATH)")
    module = MODULES / binary.go.folder
    if not (module / "go.mod").is_file() or not (module / "go.sum").is_file():
        raise SourceRefusedError(f"there is no Go module in {module}")
    if binary.go.module_files:
        _take_files(go, binary, module, folder, progress)
    else:
        _build(go, binary, module, folder, progress)
    return f"Go module {binary.go.package}"


def _build(go: str, binary: Binary, module: Path, folder: Path, progress: Progress) -> None:
    """Compile one executable and run it once to see that it prints its version, where it can."""
    target = folder / binary.files[0]
    linker = " ".join(["-s", "-w", *(f"-X {stamp}" for stamp in binary.go.stamps)])
    command = [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", linker]
    if binary.go.tags:
        command += ["-tags", ",".join(binary.go.tags)]
    text = (
        f"{binary.name} {binary.version}: building from its Go module "
        f"(about {binary.go.minutes:g} minutes on two cores, once)"
    )
    command += ["-o", str(target), binary.go.package]
    if binary.go.embeds:
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / module.name
            _copy_with_embeds(go, binary, module, copy, progress)
            _run(command, copy, text, progress)
    else:
        _run(command, module, text, progress)
    if binary.on_path is not None:
        version = printed_version(target, binary.on_path)
        if version is None or version.removeprefix("v") != binary.version:
            raise SourceRefusedError(f"the build prints version {version} instead of {binary.version}")


def _copy_with_embeds(go: str, binary: Binary, module: Path, copy: Path, progress: Progress) -> None:
    """Copy our module to `copy` and put the files it embeds beside its main package."""
    shutil.copytree(module, copy)
    _, source = _downloaded(go, binary.go.embeds_from, binary, module, progress)
    for file in binary.go.embeds:
        copy_file(source / file, copy / Path(file).name)


def _take_files(go: str, binary: Binary, module: Path, folder: Path, progress: Progress) -> None:
    """Copy the row's files out of the downloaded module."""
    version, source = _downloaded(go, binary.go.package, binary, module, progress)
    if version != f"v{binary.version}":
        raise SourceRefusedError(f"{module} requires {binary.go.package} {version} instead of v{binary.version}")
    for file in binary.go.module_files:
        copy_file(source / file, folder / Path(file).name)


def _downloaded(go: str, package: str, binary: Binary, module: Path, progress: Progress) -> tuple[str, Path]:
    """Download a module that ours requires; return its version and its folder in Go's module cache."""
    text = f"{binary.name} {binary.version}: downloading its Go module"
    output = _run([go, "mod", "download", "-json", package], module, text, progress)
    try:
        downloaded = json.loads(output)
        return str(downloaded["Version"]), Path(downloaded["Dir"])
    except (ValueError, KeyError, TypeError) as error:
        raise SourceRefusedError(f"go mod download gave an unreadable answer ({error})") from error


def _run(command: list[str], module: Path, text: str, progress: Progress) -> str:
    """Run a go command in the module's folder, showing the time that passes, and return its standard output."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    began = monotonic()
    progress(Step(text))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 - go, found on PATH, with arguments of the table
            command, cwd=module, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=_TICK_S)
                    break
                except subprocess.TimeoutExpired:
                    progress(Step(text, elapsed_s=monotonic() - began))
        except BaseException:
            # Ctrl-C and the like: go removes its temporary work folder when it is asked to end.
            process.terminate()
            process.wait()
            raise
        if code != 0:
            raise SourceRefusedError(f"go {command[1]} failed: {_last_lines(err)}")
        out.seek(0)
        return out.read().decode("utf-8", "replace")


def _last_lines(stream: IO[bytes]) -> str:
    """Return the end of a command's error output on one line."""
    stream.seek(0)
    lines = [line.strip() for line in stream.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return " / ".join(lines[-_REASON_LINES:]) or "no message"
