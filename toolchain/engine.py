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


def official_host(pulumi: Path) -> bool:
    """Whether Pulumi's own Python language host lies beside the CLI, as in every official installation."""
    folders = {pulumi.parent, pulumi.resolve().parent}
    return any(os.access(folder / _HOST, os.X_OK) for folder in folders)


def engine_environment(
    repository: Path, *, plugin_downloads: bool = False, progress: Progress = silent
) -> dict[str, str]:
    """Acquire the engine and return the variables to add to the environment of `pulumi`.

    The keys are PATH (complete: the additions in front of the present one), PULUMI_SKIP_UPDATE_CHECK and, unless
    `plugin_downloads`, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, without which each command waits for the network
    on a machine that has none. Raises `ToolchainError`.
    """
    pulumi = acquire("pulumi", progress=progress)
    folders = [pulumi.parent]
    if not official_host(pulumi):
        scripts = acquire(_SCRIPTS, progress=progress)
        folders += [stand_in_host(repository, scripts), scripts]
    present = os.environ.get("PATH", os.defpath)
    added = [str(folder) for folder in folders if str(folder) not in present.split(os.pathsep)]
    environment = {"PATH": os.pathsep.join([*added, present]), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if not plugin_downloads:
        environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return environment


def stand_in_host(repository: Path, scripts: Path) -> Path:
    """Write the launcher of our language host and return its folder, which is to go on PATH.

    The launcher names the repository's interpreter, so each checkout has its own folder in the cache. Raises
    `ToolchainError` when the repository has no virtual environment or the cache cannot be written.
    """
    python = repository.resolve() / ".venv" / "bin" / "python"
    if not os.access(python, os.X_OK):
        raise ToolchainError(f"{python} is missing: the project is not set up. Run `make up`, which sets it up.")
    key = hashlib.sha256(str(repository.resolve()).encode()).hexdigest()[:12]
    folder = cache_root() / "language-host" / f"{TABLE['pulumi'].version}-{key}"
    # -P keeps the program's folder out of sys.path, where a file could shadow the standard library's.
    text = (
        "#!/bin/sh\n"
        f"exec {shlex.quote(str(python))} -P -m toolchain.language_host "
        f'--use-executor {shlex.quote(str(scripts / "pulumi-language-python-exec"))} "$@"\n'
    )
    launcher = folder / _HOST
    try:
        if not launcher.is_file() or launcher.read_text(encoding="utf-8") != text:
            folder.mkdir(parents=True, exist_ok=True)
            partial = folder / f".{_HOST}-{os.getpid()}"
            partial.write_text(text, encoding="utf-8")
            partial.chmod(0o755)
            partial.replace(launcher)
    except OSError as error:
        raise ToolchainError(
            f"the launcher of the language host cannot be written to {folder} ({error.strerror}). "
            "Free the folder, or set XDG_CACHE_HOME to one you can write to."
        ) from error
    return folder
