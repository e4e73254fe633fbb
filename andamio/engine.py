"""A stack on the engine: where its state is, how its secrets are kept, and its verbs."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from pulumi.automation import Deployment, LocalWorkspace, OutputMap
from pulumi.automation import Stack as EngineStack
from pulumi.automation.errors import CommandError
from pulumi.automation.events import EngineEvent

from andamio.failure import CommandFailure
from andamio.interrupt import InterruptibleCommand
from andamio.project import ROOT, NamedStack, stack_file
from toolchain.binaries import acquire
from toolchain.engine import engine_environment
from toolchain.progress import Progress, silent
from toolchain.table import TABLE

_SALT = "encryptionsalt:"

OnEvent = Callable[[EngineEvent], object]


@dataclass(frozen=True)
class Engine:
    """One stack, ready for up, preview and destroy."""

    stack: EngineStack
    command: InterruptibleCommand
    configuration: Path

    def up(self, on_event: OnEvent) -> OutputMap:
        """Refresh, then create and update; returns the outputs."""
        with _no_new_salt(self.stack.name):
            configuration = str(self.configuration)
            return self.stack.up(refresh=True, on_event=on_event, config_file=configuration, color="never").outputs

    def preview(self, on_event: OnEvent) -> None:
        """Say what an up would change."""
        with _no_new_salt(self.stack.name):
            self.stack.preview(on_event=on_event, config_file=str(self.configuration), color="never")

    def destroy(self, on_event: OnEvent) -> None:
        """Delete every resource; data and generated secrets stay on disk."""
        with _no_new_salt(self.stack.name):
            self.stack.destroy(on_event=on_event, config_file=str(self.configuration), color="never")

    def outputs(self) -> OutputMap:
        """The outputs of the last up, secrets readable."""
        with _no_new_salt(self.stack.name):
            return self.stack.outputs()

    def forget(self) -> None:
        """Remove the stack's state."""
        self.stack.workspace.remove_stack(self.stack.name, force=True, preserve_config=True)


def environment(named: NamedStack, progress: Progress = silent) -> dict[str, str]:
    """What a shell needs so that ``pulumi`` works on this stack by hand.

    Fetches, with progress, what is missing of the engine and of the servers, which the program would fetch in silence.
    """
    given = engine_environment(ROOT, progress=progress)
    if named.stack.target.kind == "local":
        acquire("weaviate-server", progress=progress)
    # the engine asks the account for its home, not HOME: an account without one could not run it
    given["PULUMI_HOME"] = os.environ.get("PULUMI_HOME") or str(Path.home() / ".pulumi")
    if "PULUMI_BACKEND_URL" not in os.environ:
        named.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        given["PULUMI_BACKEND_URL"] = named.state.as_uri()
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys():
        given["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase(named.home))
    return given


def recorded_outputs(named: NamedStack) -> dict[str, object]:
    """The outputs of the last up without touching the stack; empty where it is not up. Secrets are hidden."""
    if not (named.home / "Pulumi.yaml").exists():  # it was never up: no reason to fetch an engine
        return {}
    command, variables = _command(environment(named))
    arguments = ["stack", "output", "--json", "--stack", named.name]
    try:
        printed = command.run(arguments, str(ROOT), variables).stdout
    except CommandError:
        return {}
    return dict(json.loads(printed))


def open_engine(named: NamedStack, progress: Progress = silent) -> Engine:
    """Select the stack on the engine, creating it on first use and clearing what a killed run left."""
    command, variables = _command(environment(named, progress))
    workspace = LocalWorkspace(work_dir=str(ROOT), pulumi_command=command, env_vars=variables)
    _release_dead_lock(named)
    configuration = named.home / "Pulumi.yaml"
    if named.name not in {summary.name for summary in workspace.list_stacks()}:
        _create(workspace, named)
    _copy_configuration(named.file.read_text(), configuration, salt_from=configuration)
    engine = Engine(EngineStack.select(named.name, workspace), command, configuration)
    _clear_pending(engine.stack)
    return engine


def _command(variables: dict[str, str]) -> tuple[InterruptibleCommand, dict[str, str]]:
    found = shutil.which("pulumi", path=variables["PATH"])
    if found is None:
        raise CommandFailure("pulumi is not on the PATH that the toolchain gave; run `andamio doctor`")
    return InterruptibleCommand(Path(found), TABLE["pulumi"].version), variables


def _passphrase(home: Path) -> Path:
    path = home / "passphrase"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(32))
    return path


def _create(workspace: LocalWorkspace, named: NamedStack) -> None:
    """Create the stack; the salt that the engine makes for it goes into our copy of the stack file."""
    written = stack_file(named.name)
    original = written.read_bytes() if written.exists() else None
    try:
        if original is not None:
            written.write_text(_without_salt(written.read_text()))
        workspace.create_stack(named.name)
        _copy_configuration(written.read_text(), named.home / "Pulumi.yaml", salt_from=written)
    finally:
        if original is None:
            written.unlink(missing_ok=True)
        else:
            written.write_bytes(original)


@contextmanager
def _no_new_salt(name: str) -> Iterator[None]:
    """Commands that show secrets write a salt into stacks/, which is the user's and under version control."""
    file = stack_file(name)
    salted = file.exists() and _SALT in file.read_text()
    try:
        yield
    finally:
        if not salted and file.exists():
            text = file.read_text()
            if _without_salt(text) != text:
                file.write_text(_without_salt(text))


def _copy_configuration(text: str, target: Path, salt_from: Path) -> None:
    """Write the engine's own copy of the stack file: the same text, and the salt of this checkout's secrets."""
    lines = _without_salt(text).splitlines()
    if not any(line.startswith(_SALT) for line in lines) and salt_from.exists():
        lines += [line for line in salt_from.read_text().splitlines() if line.startswith(_SALT)]
    temporary = target.with_suffix(".new")
    temporary.write_text("\n".join(lines) + "\n")
    temporary.chmod(0o600)
    temporary.replace(target)


def _without_salt(text: str) -> str:
    """A salt in the stack file matters only to secrets in it; without any it may be another checkout's."""
    if "secure:" in text:
        return text
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_SALT))


def _release_dead_lock(named: NamedStack) -> None:
    """A killed engine leaves its lock; one whose process is gone locks nothing. Only for our own state folder."""
    for lock in named.state.glob(f".pulumi/locks/organization/*/{named.name}/*.json"):
        owner = int(json.loads(lock.read_text())["pid"])
        if _is_running(owner, since=lock.stat().st_mtime):
            raise CommandFailure(
                f"stack {named.name} is being changed by process {owner}; wait for it, or stop it and try again"
            )
        lock.unlink()


def _is_running(pid: int, since: float) -> bool:
    """Whether the process that had ``pid`` at the time ``since`` is still at work: no zombie, no later process."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= since
    except psutil.NoSuchProcess:
        return False


def _clear_pending(stack: EngineStack) -> None:
    """Forget what a killed engine had begun: local resources take up what they find, so it is simply repeated."""
    exported = stack.export_stack()
    if exported.deployment and exported.deployment.get("pending_operations"):
        settled = {**exported.deployment, "pending_operations": []}
        stack.import_stack(Deployment(version=exported.version, deployment=settled))


def reason(error: CommandError) -> str:
    """The engine's own complaint, without its progress lines."""
    if "incorrect passphrase" in str(error):
        return (
            "the stack's secrets belong to another passphrase: set PULUMI_CONFIG_PASSPHRASE_FILE to the file that "
            "holds it, or remove encryptionsalt and the secure values from the stack file and set them again"
        )
    lines = [line for line in str(error).splitlines() if line.strip().startswith("error:")]
    return "\n".join(line.strip() for line in lines) or str(error)
