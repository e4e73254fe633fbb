"""NATS JetStream on this machine."""

import sys
from pathlib import Path

from pulumi import Output

from infra.ports.messages import Messages
from infra.targets.local.resources import Process
from infra.targets.local.site import LOOPBACK, Site, after
from stacks.components import Component
from stacks.derive.messages import message_settings

_USER = "andamio"
# sync_interval: always, because the default acknowledges a message before it is on disk (ADR 0007)
_CONFIGURATION = """\
listen: "{host}:{port}"
http: "{host}:{monitor}"
server_name: andamio-local
jetstream {{
  store_dir: "{data}"
  sync_interval: always
  max_memory_store: {memory}MB
  max_file_store: {storage}MB
}}
authorization {{
  user: "{user}"
  password: "{password}"
}}
"""


def local_messages(site: Site) -> Messages:
    """Start the server; known once JetStream is healthy."""
    key, port = site.port("messages")
    monitor_key, monitor = site.port("messages_monitor")
    password = site.secret("messages")
    size = site.sizes[Component.messages]
    settings = message_settings(size)
    data, file = site.home.data / "messages", site.run_folder("messages") / "nats.conf"
    configuration = Output.format(
        _CONFIGURATION,
        host=LOOPBACK,
        port=port,
        monitor=monitor,
        data=str(data),
        memory=settings.max_memory_mib,
        storage=settings.max_file_mib,
        user=_USER,
        password=password,
    )
    server = Process(
        "messages",
        root=site.root,
        command=[str(Path(sys.executable).parent / "nats-server"), "-c", str(file)],
        environment={"GOMEMLIMIT": f"{settings.gomemlimit_mib}MiB"},
        files={str(file): configuration},
        folders=[str(data)],
        ports={key: port, monitor_key: monitor},
        probe={"kind": "http", "port": monitor, "path": "/healthz", "patience_s": 30},
    )
    host = after(server.digest, LOOPBACK)
    return Messages(host=host, port=port, user=_USER, password=password, replicas=size.replicas)
