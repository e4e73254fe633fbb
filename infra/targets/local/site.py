"""What every adapter of the local target builds on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi import Output

from infra.targets.local.home import Home, server_account
from infra.targets.local.resources import Secret
from stacks.components import Component
from stacks.sizes import ComponentSize
from stacks.targets import LocalPorts

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Site:
    """The stack's folder, its ports and what each component gets. ``root`` is known once the supervisor runs."""

    home: Home
    root: Output[str]
    ports: LocalPorts
    sizes: Mapping[Component, ComponentSize]

    def secret(self, name: str, prefix: str = "", entropy_bytes: int = 32) -> Output[str]:
        """The generated secret ``name``; its file outlives a destroy."""
        path = self.home.secrets / name
        return Secret(f"secret-{name}", path=str(path), prefix=prefix, entropy_bytes=entropy_bytes).value

    def port(self, key: str) -> tuple[str, int]:
        """The configuration key of a port, for messages, and its number."""
        return f"target.ports.{key}", int(getattr(self.ports, key))

    def port_map(self, *keys: str) -> dict[str, int]:
        """The same for several ports."""
        return dict(self.port(key) for key in keys)

    def run_folder(self, name: str) -> Path:
        """Where the configuration and secret files of a program are."""
        return self.home.root / "run" / name

    @property
    def account(self) -> str | None:
        """The account of servers that refuse to run as root."""
        return server_account()


def after(ready: Output[str], value: str) -> Output[str]:
    """``value``, known once ``ready`` is: consumers then wait without naming what they wait for."""
    return ready.apply(lambda _: value)
