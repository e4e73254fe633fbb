"""A service of the runtime: what it is (a spec), and what it became once placed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pulumi import Input, Output

from stacks.components import Component


@dataclass(frozen=True)
class ServiceSpec:
    """One service, declared once and placed by a Runner.

    ``module`` is run by ``python -m``; ``secrets`` reach it as files, never as environment variables.
    """

    component: Component
    module: str
    environment: Mapping[str, Input[str]] = field(default_factory=dict)
    secrets: Mapping[str, Input[str]] = field(default_factory=dict)
    ready_path: str = "/ready"


@dataclass(frozen=True)
class JobSpec:
    """A command of the runtime that runs to its end before the services that use its output start."""

    name: str
    module: str
    environment: Mapping[str, Input[str]] = field(default_factory=dict)
    secrets: Mapping[str, Input[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """A placed service: the base URL that other services reach it at, known once it is ready."""

    component: Component
    url: Output[str]


class Runner(Protocol):
    """Places services on a target."""

    def run(self, spec: ServiceSpec) -> Service:
        """Place a service and wait until it is ready."""

    def finish(self, spec: JobSpec) -> Output[str]:
        """Run a job; the output is known once it has succeeded."""

    def url(self, component: Component) -> str:
        """The base URL that ``component`` has, or will have, on this target."""
