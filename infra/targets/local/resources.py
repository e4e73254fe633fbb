"""The local target's Pulumi resources, served by the provider beside this file."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import CustomResource, Input, Output, ResourceOptions


class Secret(CustomResource):
    """A value that is generated once, kept in a private file, and read back after a destroy."""

    value: Output[str]

    def __init__(self, name: str, *, path: str, prefix: str = "", entropy_bytes: int = 32) -> None:
        """``entropy_bytes`` of randomness behind ``prefix``, URL-safe."""
        super().__init__(
            "andamio:local:Secret",
            name,
            {"path": path, "prefix": prefix, "entropy_bytes": entropy_bytes, "value": None},
            ResourceOptions(additional_secret_outputs=["value"]),
        )


class Supervisor(CustomResource):
    """The process supervisor of the stack; ``root`` is known once it runs."""

    root: Output[str]

    def __init__(self, name: str, *, root: str, ports: Mapping[str, int]) -> None:
        """``root`` is the stack's folder, ``ports`` what its programs will use."""
        super().__init__("andamio:local:Supervisor", name, {"root": root, "ports": dict(ports)})


class Process(CustomResource):
    """A supervised program; ``digest`` names its definition, known once the program is ready."""

    digest: Output[str]

    def __init__(
        self,
        name: str,
        *,
        root: Input[str],
        command: Sequence[Input[str]],
        probe: Mapping[str, Input[str] | Input[int] | Input[float]],
        ports: Mapping[str, int],
        environment: Mapping[str, Input[str]] | None = None,
        files: Mapping[str, Input[str]] | None = None,
        folders: Sequence[str] = (),
        account: str | None = None,
        confine: bool = False,
        replicas: int = 1,
        stop_signal: str = "TERM",
        stop_patience_s: int = 15,
    ) -> None:
        """See ``provider/process.py`` for what each input means."""
        super().__init__(
            "andamio:local:Process",
            name,
            {
                **_plan(name, root, command, environment, files, folders, account),
                "confine": confine,
                "replicas": replicas,
                "ports": dict(ports),
                "probe": dict(probe),
                "stop_signal": stop_signal,
                "stop_patience_s": stop_patience_s,
                "running": True,
                "digest": None,
            },
        )


class Job(CustomResource):
    """A command that ran to its end; ``digest`` names its definition, known once it has succeeded."""

    digest: Output[str]

    def __init__(
        self,
        name: str,
        *,
        root: Input[str],
        command: Sequence[Input[str]],
        environment: Mapping[str, Input[str]] | None = None,
        files: Mapping[str, Input[str]] | None = None,
        folders: Sequence[str] = (),
        account: str | None = None,
        patience_s: int = 120,
    ) -> None:
        """See ``provider/job.py`` for what each input means."""
        super().__init__(
            "andamio:local:Job",
            name,
            {
                **_plan(name, root, command, environment, files, folders, account),
                "patience_s": patience_s,
                "digest": None,
            },
        )


def _plan(
    name: str,
    root: Input[str],
    command: Sequence[Input[str]],
    environment: Mapping[str, Input[str]] | None,
    files: Mapping[str, Input[str]] | None,
    folders: Sequence[str],
    account: str | None,
) -> dict[str, Any]:
    """The inputs of ``provider/plan.py``; files hold credentials, so all of them are secret."""
    return {
        "root": root,
        "name": name,
        "command": list(command),
        "environment": dict(environment or {}),
        "files": Output.secret(dict(files or {})),
        "folders": list(folders),
        "account": account,
    }
