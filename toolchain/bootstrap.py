#!/usr/bin/env python3
"""Set the project up: check Python, find or install uv, fill .venv from uv.lock.

Usage: python3 toolchain/bootstrap.py [extra ...]        (the extra `local` is always installed)

Standard library only, and written so that Python 3.6 can parse it: an old Python must get the message below, not a
SyntaxError. When nothing has changed since the last run it returns at once. Exit codes: 0 done, 1 failed, 2 this
Python cannot be used, 130 interrupted.
"""

import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

UV_VERSION = "0.13.9"
LOWEST = (3, 11)
BELOW = (3, 14)
REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STAMP = "andamio-stamp"
ALWAYS = ("local",)
# Run by the project's own .venv, this must still name an interpreter that outlives that folder.
PYTHON = getattr(sys, "_base_executable", None) or sys.executable


class BootstrapError(Exception):
    """The set-up failed; the message says what to do."""


def main(arguments: "list[str]") -> int:
    """Set up the repository this file belongs to with the given extras; return the exit code."""
    found = sys.version_info[:3]
    if not LOWEST <= found[:2] < BELOW:
        say(
            "Python {}.{}.{} ({}) cannot run this project; it needs 3.11, 3.12 or 3.13. "
            "Install one of those and name it: make PYTHON=python3.11 ...".format(*found, sys.executable)
        )
        return 2
    try:
        set_up(REPOSITORY, sorted(set(ALWAYS) | set(arguments)))
    except BootstrapError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"the set-up failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; run the same command again to continue")
        return 130
    return 0


def set_up(repository: str, extras: "list[str]") -> None:
    """Bring .venv to the state of uv.lock with the extras, and link infra/.venv to it."""
    known = known_extras(repository)
    unknown = [extra for extra in extras if extra not in known]
    if unknown:
        raise BootstrapError("unknown extra {!r}; allowed are {}".format(unknown[0], ", ".join(sorted(known))))
    venv = os.path.join(repository, ".venv")
    stamp = expected_stamp(repository, extras)
    if not is_current(venv, stamp):
        with locked(repository):
            if not is_current(venv, stamp):
                synchronise(repository, venv, extras, stamp)
    link_for_engine(repository)


def synchronise(repository: str, venv: str, extras: "list[str]", stamp: str) -> None:
    """Run `uv sync` and leave the stamp; a .venv whose Python does not run is removed first."""
    remove(os.path.join(venv, STAMP))
    if os.path.lexists(venv) and not runs(os.path.join(venv, "bin", "python")):
        say(f"the virtual environment {venv} does not work; making it anew")
        remove(venv)
    uv = find_uv()
    command = [uv, "sync", "--locked", "--python", PYTHON, "--project", repository]
    for extra in extras:
        command += ["--extra", extra]
    say("installing the project's Python packages ({})".format(", ".join(extras)))
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    # An active environment of the user's must not become the target.
    environment.pop("VIRTUAL_ENV", None)
    environment["UV_PROJECT_ENVIRONMENT"] = venv
    code = run(command, environment)
    if code != 0:
        raise BootstrapError(
            f"uv sync failed (exit code {code}); its message is above. If the package index could not be reached, "
            "check the network and proxy settings (HTTPS_PROXY); then run this again."
        )
    partial = os.path.join(venv, f"{STAMP}.{os.getpid()}")
    with open(partial, "w") as stream:
        stream.write(stamp)
    os.rename(partial, os.path.join(venv, STAMP))


def expected_stamp(repository: str, extras: "list[str]") -> str:
    """Hash all that decides what .venv holds: lock, metadata, extras, interpreter, place."""
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        path = os.path.join(repository, name)
        try:
            with open(path, "rb") as stream:
                digest.update(stream.read())
        except OSError as error:
            raise BootstrapError(f"{path} cannot be read ({error.strerror}); is the checkout complete?") from error
    facts = [repository, PYTHON, "{}.{}.{}".format(*sys.version_info[:3]), *extras]
    digest.update("\0".join(facts).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def is_current(venv: str, stamp: str) -> bool:
    """Whether .venv was filled completely from this state and its interpreter is still there."""
    try:
        with open(os.path.join(venv, STAMP)) as stream:
            if stream.read() != stamp:
                return False
    except OSError:
        return False
    return os.access(os.path.join(venv, "bin", "python"), os.X_OK)


def known_extras(repository: str) -> "set[str]":
    """Return the names under [project.optional-dependencies], without a TOML parser (3.6 has none)."""
    path = os.path.join(repository, "pyproject.toml")
    try:
        with open(path) as stream:
            text = stream.read()
    except OSError as error:
        raise BootstrapError(f"{path} cannot be read ({error.strerror}); is the checkout complete?") from error
    section = re.search(r"^\[project\.optional-dependencies\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^([A-Za-z0-9_-]+)\s*=", section.group(1), re.MULTILINE)) if section else set()


def find_uv() -> str:
    """Return uv: on PATH at the pinned version, or ours in the cache, installed now if need be."""
    found = shutil.which("uv")
    if found and printed_version(found) == UV_VERSION:
        return found
    folder = os.path.join(cache_folder(), "uv", UV_VERSION)
    uv = os.path.join(folder, "bin", "uv")
    if printed_version(uv) == UV_VERSION:
        return uv
    install_uv(folder)
    return uv


def install_uv(folder: str) -> None:
    """Install the pinned uv with pip into its own environment at `folder`, which appears by one rename."""
    parent = os.path.dirname(folder)
    try:
        os.makedirs(parent, exist_ok=True)
    except OSError as error:
        raise BootstrapError(
            f"the cache folder {parent} cannot be written ({error.strerror}). Set XDG_CACHE_HOME to a folder you can "
            "write to."
        ) from error
    with locked(parent):
        if printed_version(os.path.join(folder, "bin", "uv")) == UV_VERSION:
            return
        say(f"installing uv {UV_VERSION} (once, into {folder})")
        for stale in glob.glob(glob.escape(folder) + ".*.partial"):
            remove(stale)
        partial = f"{folder}.{os.getpid()}.partial"
        try:
            quietly(
                [PYTHON, "-m", "venv", partial],
                f"this Python ({sys.executable}) cannot make a virtual environment: it lacks venv or ensurepip. "
                f"On Debian and Ubuntu install python3-venv, or install uv {UV_VERSION} yourself",
            )
            python = os.path.join(partial, "bin", "python")
            quietly(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"],
                f"uv {UV_VERSION} cannot be installed from the package index. Check the network and proxy settings, "
                f"set PIP_INDEX_URL to a reachable index, or install uv {UV_VERSION} yourself",
            )
            remove(folder)
            os.rename(partial, folder)
        finally:
            remove(partial)


def cache_folder() -> str:
    """Return `$XDG_CACHE_HOME/andamio` or `~/.cache/andamio`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and not os.path.isabs(base):
        raise BootstrapError(f"XDG_CACHE_HOME is {base!r}; it must be an absolute path")
    if not base:
        home = os.environ.get("HOME", "")
        if not home:
            raise BootstrapError(
                "neither HOME nor XDG_CACHE_HOME is set, so there is no folder to keep tools in. "
                "Set XDG_CACHE_HOME to a folder you can write to."
            )
        base = os.path.join(home, ".cache")
    return os.path.join(base, "andamio")


def link_for_engine(repository: str) -> None:
    """Make infra/.venv a link to ../.venv: the engine looks for the environment beside the program."""
    link = os.path.join(repository, "infra", ".venv")
    target = os.path.join("..", ".venv")
    if os.path.islink(link) and os.readlink(link) == target:
        return
    if os.path.lexists(link) and not os.path.islink(link):
        raise BootstrapError(f"{link} must be a link to {target}, but something else is there. Remove it.")
    partial = f"{link}.{os.getpid()}"
    os.symlink(target, partial)
    os.rename(partial, link)


@contextlib.contextmanager
def locked(folder: str) -> "Iterator[None]":
    """Hold a lock on the folder, so that two set-ups of one place take turns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another set-up of {folder}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def printed_version(uv: str) -> str:
    """Return the version uv prints, or an empty string when it does not run."""
    try:
        output = subprocess.check_output([uv, "--version"], stderr=subprocess.DEVNULL, timeout=15)  # noqa: S603 - uv
    except (OSError, subprocess.SubprocessError):
        return ""
    words = output.decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


def runs(python: str) -> bool:
    """Whether the environment's interpreter starts."""
    try:
        return subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL, timeout=30) == 0  # noqa: S603 - ours
    except (OSError, subprocess.SubprocessError):
        return False


def run(command: "list[str]", environment: "dict[str, str]") -> int:
    """Run a command whose output the person sees; on Ctrl-C wait for it to end, as it got the signal too."""
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - uv sync
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def quietly(command: "list[str]", complaint: str) -> None:
    """Run a command and show its output only in the error it causes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603 - venv, pip
    try:
        output, _ = process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode != 0:
        lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
        raise BootstrapError("{}.\nThe command said: {}".format(complaint, " / ".join(lines[-3:]) or "nothing"))


def remove(path: str) -> None:
    """Remove a file, link or folder if it is there."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def say(text: str) -> None:
    """Print one line for the person, on standard error."""
    sys.stderr.write(f"set-up: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    # As a script this folder heads sys.path, where a file could shadow a module of the standard library.
    sys.exit(main(sys.argv[1:]))
