"""Places the runtime's services as processes on this machine."""

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pulumi import Input, Output

from infra.ports.service import JobSpec, Service, ServiceSpec
from infra.targets.local.resources import Job, Process
from infra.targets.local.site import LOOPBACK, Site, after
from stacks.components import Component
from stacks.schema import Environment


class LocalRunner:
    """A Runner whose services listen on loopback ports; replicas of one service share its port."""

    def __init__(self, site: Site, environment: Environment) -> None:
        """``environment`` is told to every service as ENVIRONMENT."""
        self._site = site
        self._environment = environment

    def run(self, spec: ServiceSpec) -> Service:
        """Start the service's processes; its URL is known once it is ready."""
        name = spec.component.value
        key, port = self._site.port(name)
        process = Process(
            name,
            root=self._site.root,
            command=_command(spec.module),
            environment={
                "ANDAMIO_HOST": LOOPBACK,
                "ANDAMIO_PORT": str(port),
                **self._common(name, spec.environment),
            },
            files=self._secret_files(name, spec.secrets),
            ports={key: port},
            replicas=self._site.sizes[spec.component].replicas,
            probe={"kind": "http", "port": port, "path": spec.ready_path, "patience_s": 60},
        )
        return Service(component=spec.component, url=after(process.digest, self.url(spec.component)))

    def finish(self, spec: JobSpec) -> Output[str]:
        """Run the job again whenever its inputs or the runtime's code change."""
        job = Job(
            spec.name,
            root=self._site.root,
            command=_command(spec.module),
            environment=self._common(spec.name, spec.environment),
            files=self._secret_files(spec.name, spec.secrets),
        )
        return job.digest

    def url(self, component: Component) -> str:
        """The loopback address of the component's port."""
        return f"http://{LOOPBACK}:{self._site.port(component.value)[1]}"

    def _common(self, name: str, environment: Mapping[str, Input[str]]) -> dict[str, Input[str]]:
        return {
            "ENVIRONMENT": self._environment,
            "ANDAMIO_SECRETS_DIR": str(self._site.run_folder(name)),
            "ANDAMIO_REVISION": _revision(),
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
            **environment,
        }

    def _secret_files(self, name: str, secrets: Mapping[str, Input[str]]) -> dict[str, Input[str]]:
        return {str(self._site.run_folder(name) / key): value for key, value in secrets.items()}


def _command(module: str) -> list[Input[str]]:
    return [sys.executable, "-I", "-m", module]


@cache
def _revision() -> str:
    """A digest of the runtime's code: changed code restarts the services, unchanged code does not."""
    found = find_spec("runtime")
    if found is None or not found.submodule_search_locations:
        raise LookupError("the package runtime is not installed; run `make up`, which installs the project")
    root = Path(found.submodule_search_locations[0])
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
