"""The platform on this machine."""

import os
import shutil
from pathlib import Path

import psutil
import pulumi
from pulumi.runtime import get_root_directory

from infra.ports.platform import Keys, Platform
from infra.targets.local.blobs import local_blobs
from infra.targets.local.cache import local_cache
from infra.targets.local.database import local_database
from infra.targets.local.embeddings import local_embeddings
from infra.targets.local.home import Home
from infra.targets.local.messages import local_messages
from infra.targets.local.resources import Supervisor
from infra.targets.local.runner import LocalRunner
from infra.targets.local.site import LOOPBACK, Site
from infra.targets.local.vectors import local_vectors
from stacks.components import Component
from stacks.problems import StackError
from stacks.scale import LocalScale, scale_to_machine
from stacks.schema import Stack
from stacks.targets import LocalPorts, LocalTarget

_GIB = 1024**3


def local_platform(stack: Stack, target: LocalTarget, name: str) -> Platform:
    """Start the servers of the stack under one supervisor, sized to this machine."""
    home = Home(Path(get_root_directory(), target.state_dir, name).resolve())
    scale = _scale(stack, home)
    pulumi.log.info(scale.line)
    supervisor = Supervisor(
        "supervisor", root=str(home.root), ports={f"target.ports.{key}": port for key, port in target.ports.items()}
    )
    sizes = {component: scale.size(component) for component in scale.components}
    site = Site(home=home, root=supervisor.root, ports=target.ports, sizes=sizes)
    runner = LocalRunner(site, stack.environment)
    return Platform(
        database=local_database(site),
        cache=local_cache(site),
        messages=local_messages(site),
        vectors=local_vectors(site),
        blobs=local_blobs(site),
        embeddings=local_embeddings(site, runner),
        keys=Keys(
            jwt=site.secret("jwt", entropy_bytes=48),
            bootstrap_api=site.secret("api-key", prefix="ak_"),
        ),
        runner=runner,
        sizes=sizes,
        facts={"home": supervisor.root, "scale": scale.line, "probes": _probes(target.ports)},
    )


def _scale(stack: Stack, home: Home) -> LocalScale:
    disk = shutil.disk_usage(next(folder for folder in (home.root, *home.root.parents) if folder.exists()))
    memory = psutil.virtual_memory().total
    try:
        return scale_to_machine(stack, cores=os.cpu_count() or 1, memory_gib=memory / _GIB, disk_gib=disk.total / _GIB)
    except StackError as error:
        raise pulumi.RunError(str(error)) from None


def _probes(ports: LocalPorts) -> dict[str, str]:
    """Where the servers that are not ours, and the ones beside an API path, say that they are ready."""
    return {
        Component.embeddings.value: f"http://{LOOPBACK}:{ports.embeddings}/ready",
        Component.messages.value: f"http://{LOOPBACK}:{ports.messages_monitor}/healthz",
        Component.vectors.value: f"http://{LOOPBACK}:{ports.vectors}/v1/.well-known/ready",
        Component.database.value: f"tcp://{LOOPBACK}:{ports.database}",
        Component.cache.value: f"tcp://{LOOPBACK}:{ports.cache}",
    }
