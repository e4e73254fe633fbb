"""A stack as a compose file: the guide's production pattern, from the same tables."""

from dataclasses import dataclass

import yaml

from andamio.render import image
from andamio.render.config_file import EDGE_CONFIG, config_files
from andamio.render.plan import NETWORK, ComposePlan, Plain
from andamio.render.runtime_service import BLOBS_VOLUME, MIGRATION, SERVICES, migration, runtime_service
from andamio.render.store import VOLUMES, store_services
from stacks.components import Component

EDGE = "entrada"
COMPOSE_FILE = "compose.yaml"
# Two that the operator brings, in the guide's folder.
CERTIFICATES = {"TLS_CERT": "./certificados/servidor.crt", "TLS_KEY": "./certificados/servidor.key"}
# The credentials of a component that exists elsewhere.
_FOREIGN = {
    Component.database: ("DATABASE_URL", "MIGRATION_DATABASE_URL"),
    Component.cache: ("REDIS_URL",),
    Component.messages: ("NATS_URL",),
    Component.vectors: ("VECTOR_DB_API_KEY",),
    Component.embeddings: ("EMBEDDING_API_KEY",),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files by their names relative to one folder, and what they do not carry over.

    `secrets` are the files they need; those also in `brought` belong to somebody else's server, or are certificates.
    """

    files: dict[str, str]
    notes: tuple[str, ...]
    secrets: tuple[str, ...]
    brought: tuple[str, ...]


class _Dumper(yaml.SafeDumper):
    """YAML without anchors: every service can be read by itself."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True


def render_compose(plan: ComposePlan) -> Rendered:
    """The compose file of `plan` and the configuration files it names; the same plan gives the same text."""
    services = _services(plan)
    secrets = sorted({name for service in services.values() for name in _names(service.get("secrets"))})
    configs = config_files(plan)
    document: Plain = {
        "x-andamio": {"stack": plan.name, "rows": _rows(plan)},
        "services": services,
        "volumes": {name: {} for name in _volumes(plan)},
        "networks": {NETWORK: {"driver": "overlay", "attachable": True}},
        "secrets": {name: {"file": CERTIFICATES.get(name, f"./secretos/{name}")} for name in secrets},
        "configs": {name: {"file": f"./config/{file}"} for name, (file, _) in configs.items()},
    }
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    files = {COMPOSE_FILE: _heading(plan) + text}
    files |= {f"config/{file}": content for file, content in configs.values()}
    brought = {name for component, names in _FOREIGN.items() if plan.external(component) for name in names}
    brought |= {*CERTIFICATES, "CHAT_MODEL_API_KEY"}
    return Rendered(files, plan.notes, tuple(secrets), tuple(name for name in secrets if name in brought))


def _heading(plan: ComposePlan) -> str:
    lines = [
        f"Rendered from the stack {plan.name} by `andamio render compose`; change the stack, not this file.",
        "  docker compose up -d                      one machine (after `docker swarm init`, for the overlay network)",
        "  docker stack deploy -c compose.yaml agentes    a swarm; label the node with the data: andamio.datos=true",
        "Secrets are files below secretos/ and certificados/.",
        *(f"Note: {note}." for note in plan.notes),
    ]
    return "".join(f"# {line}\n" for line in lines)


def _rows(plan: ComposePlan) -> Plain:
    """The rows the file was made from, also what a container cannot be told: disk, network and zones."""
    keys = ("cpu", "memory_gib", "storage_gib", "storage_class", "network_gbps", "replicas", "zones")
    rows = {}
    for component in Component:
        size = plan.sizes[component]
        rows[component.service_name] = {key: _tidy(getattr(size, key)) for key in keys}
    return dict(rows)


def _tidy(value: float | str) -> float | int | str:
    return int(value) if not isinstance(value, str) and float(value).is_integer() else value


def _services(plan: ComposePlan) -> dict[str, Plain]:
    """In the guide's order: the way in, our services, the stores."""
    services = {EDGE: _edge(plan)}
    services |= {c.service_name: runtime_service(plan, c) for c in SERVICES if plan.runs(c)}
    services[MIGRATION] = migration(plan)
    services |= {c.service_name: service for c, service in store_services(plan).items()}
    return services


def _edge(plan: ComposePlan) -> Plain:
    """TLS ends here. Only it is published: three gateways cannot share one port of a machine."""
    return {
        "image": image.NGINX,
        "ports": ["443:8443", "80:8080"],
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - inside the container, in memory
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "networks": [NETWORK],
        "secrets": list(CERTIFICATES),
        "configs": [{"source": EDGE_CONFIG, "target": "/etc/nginx/conf.d/default.conf"}],
        "depends_on": [Component.gateway.service_name],
        "logging": plan.logging,
        "healthcheck": {
            "test": ["CMD", "wget", "-q", "--spider", "--no-check-certificate", "https://127.0.0.1:8443/health"],
            "interval": "10s",
            "timeout": "5s",
            "retries": 3,
            "start_period": "30s",
        },
        "deploy": {
            "replicas": 1,
            # The guide has no row for it: it gets what one gateway has.
            "resources": plan.resources(Component.gateway),
            "restart_policy": {"condition": "any", "delay": "5s"},
        },
    }


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _volumes(plan: ComposePlan) -> list[str]:
    return [name for component, name in VOLUMES.items() if plan.runs(component)] + [BLOBS_VOLUME]
