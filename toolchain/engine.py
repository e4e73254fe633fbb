"""What must be in the environment so that `pulumi` runs this project: the CLI, its launchers and a language host."""

import hashlib
import os
import shlex
from pathlib import Path

from toolchain.binaries import acquire
from toolchain.error import ToolchainError
from toolchain.machine import cache_root
from toolchain.progress import Progress, silent
from toolchain.table import TABLE

_HOST = "pulumi-language-python"
_SCRIPTS = "pulumi-python-scripts"
_MODULE = "toolchain.language_host"


def official_host(pulumi: Path) -> bool:
    """Whether Pulumi's own Python language host lies beside the CLI, as in every official installation."""
    folders = {pulumi.parent, pulumi.resolve().parent}
    return any(os.access(folder / _HOST, os.X_OK) and not _is_stand_in(folder / _HOST) for folder in folders)


def engine_environment(
    repository: Path, *, plugin_downloads: bool = False, progress: Progress = silent
) -> dict[str, str]:
    """Acquire the engine and return the variables to add to the environment of `pulumi`.

    The keys are PATH (complete: the engine's folder in front of the present one), PULUMI_SKIP_UPDATE_CHECK and, unless
    `plugin_downloads`, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, without which each command waits for the network
    on a machine that has none. Raises `ToolchainError`.
    """
    folder = engine_folder(repository, progress=progress)
    present = os.environ.get("PATH", os.defpath)
    others = [entry for entry in present.split(os.pathsep) if entry != str(folder)]
    environment = {"PATH": os.pathsep.join([str(folder), *others]), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if not plugin_downloads:
        environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return environment


def engine_folder(repository: Path, *, progress: Progress = silent) -> Path:
    """Return the folder that holds `pulumi`, its launchers and a Python language host; it belongs first on PATH.

    That is the CLI's own folder where the official host lies in it. Otherwise it is a folder of the cache with the
    layout of an official installation, so that the engine finds everything beside itself; it names the repository's
    interpreter, hence one folder a checkout. Raises `ToolchainError`.
    """
    pulumi = acquire("pulumi", progress=progress)
    if official_host(pulumi):
        return pulumi.parent
    scripts = acquire(_SCRIPTS, progress=progress)
    python = repository.resolve() / ".venv" / "bin" / "python"
    if not os.access(python, os.X_OK):
        raise ToolchainError(f"{python} is missing: the project is not set up. Run `make up`, which sets it up.")
    key = hashlib.sha256(str(repository.resolve()).encode()).hexdigest()[:12]
    folder = cache_root() / "engine" / f"{TABLE['pulumi'].version}-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _link(pulumi, folder / "pulumi")
        for script in TABLE[_SCRIPTS].files:
            _write(folder / script, (scripts / script).read_text(encoding="utf-8"))
        _write(folder / _HOST, _launcher(python, folder))
    except OSError as error:
        raise ToolchainError(
            f"the engine's folder {folder} cannot be written ({error.strerror}). "
            "Free the folder, or set XDG_CACHE_HOME to one you can write to."
        ) from error
    return folder


def _launcher(python: Path, folder: Path) -> str:
    """Return the text of the launcher of our language host."""
    # -P keeps the program's folder out of sys.path, where a file could shadow the standard library's.
    return (
        "#!/bin/sh\n"
        f"exec {shlex.quote(str(python))} -P -m {_MODULE} "
        f'--use-executor {shlex.quote(str(folder / "pulumi-language-python-exec"))} "$@"\n'
    )


def _is_stand_in(host: Path) -> bool:
    """Whether a language host is our launcher, which a PATH that was prepared before leads to."""
    with host.open("rb") as stream:
        return _MODULE.encode() in stream.read(4096)


def _link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`: a hard link, so that the engine looks for its host beside `target`."""
    if target.exists() and target.samefile(source) and not target.is_symlink():
        return
    partial = target.with_name(f".{target.name}-{os.getpid()}")
    partial.unlink(missing_ok=True)
    try:
        os.link(source.resolve(), partial)
    except OSError:
        # Another file system, or one without hard links: the engine works, but remarks that its host is elsewhere.
        partial.symlink_to(source.resolve())
    partial.replace(target)


def _write(target: Path, text: str) -> None:
    """Write an executable script, by one rename, unless it is there already."""
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return
    partial = target.with_name(f".{target.name}-{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.chmod(0o755)
    partial.replace(target)
