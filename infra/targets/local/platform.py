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
from infra.targets.local.site import Site
from infra.targets.local.vectors import local_vectors
from stacks.components import Component
from stacks.scale import LocalScale, scale_to_machine
from stacks.schema import Stack
from stacks.targets import LocalTarget

_GIB = 1024**3


def local_platform(stack: Stack, target: LocalTarget, name: str) -> Platform:
    """Start the servers of the stack under one supervisor, sized to this machine."""
    home = Home(Path(get_root_directory(), target.state_dir, name).resolve())
    scale = _scale(stack, home)
    pulumi.log.info(scale.line)
    supervisor = Supervisor(
        "supervisor", root=str(home.root), ports={f"target.ports.{key}": port for key, port in target.ports.items()}
    )
    sizes = {component: scale.size(component) for component in Component}
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
            encryption=site.secret("encryption"),
            bootstrap_api=site.secret("api-key", prefix="ak_"),
        ),
        runner=runner,
        sizes=sizes,
        facts={"home": supervisor.root, "scale": scale.line},
    )


def _scale(stack: Stack, home: Home) -> LocalScale:
    disk = shutil.disk_usage(next(folder for folder in (home.root, *home.root.parents) if folder.exists()))
    return scale_to_machine(
        stack,
        cores=os.cpu_count() or 1,
        memory_gib=psutil.virtual_memory().total / _GIB,
        disk_gib=disk.total / _GIB,
    )
