"""The stores: PostgreSQL, Valkey, Weaviate, NATS and Prometheus, each once."""

from collections.abc import Sequence

from andamio.render import image
from andamio.render.plan import DATA_NODE, NETWORK, SECRETS, ComposePlan, Plain
from stacks.components import Component
from stacks.derive.monitoring import monitoring_settings
from stacks.derive.postgres import postgres_settings
from stacks.derive.vectors import vector_settings

# As in the guide, and the roles of every other target.
DATABASE, OWNER, USER = "framework_agentes_ia", "andamio_owner", "andamio_app"
NATS_USER = WEAVIATE_USER = "andamio"
VOLUMES = {
    Component.database: "datos-postgres",
    Component.cache: "datos-redis",
    Component.vectors: "datos-weaviate",
    Component.messages: "datos-cola-mensajes",
    Component.monitoring: "datos-monitoreo",
}


def store_services(plan: ComposePlan) -> dict[Component, Plain]:
    """Each store that runs here."""
    makers = {
        Component.database: _database,
        Component.cache: _cache,
        Component.vectors: _vectors,
        Component.messages: _messages,
        Component.monitoring: _monitoring,
    }
    return {component: make(plan) for component, make in makers.items() if plan.runs(component)}


def _store(plan: ComposePlan, component: Component, picture: str, mount: str, probe: Sequence[str]) -> Plain:
    """What all stores have; `probe` is the health check's command."""
    return {
        "image": picture,
        "hostname": component.service_name,
        "volumes": [f"{VOLUMES[component]}:{mount}"],
        "security_opt": ["no-new-privileges:true"],
        "networks": [NETWORK],
        "stop_grace_period": "60s",
        "healthcheck": {
            "test": list(probe),
            "interval": "10s",
            "timeout": "5s",
            "retries": 5,
            "start_period": "60s",
        },
        "logging": plan.logging,
        "deploy": {
            "replicas": 1,
            "endpoint_mode": "dnsrr",
            "placement": {"constraints": [DATA_NODE]},
            "resources": plan.resources(component),
            "restart_policy": {"condition": "any", "delay": "5s"},
            "update_config": {"parallelism": 1, "order": "stop-first"},
        },
    }


def _database(plan: ComposePlan) -> Plain:
    settings = postgres_settings(plan.sizes[Component.database]).parameters()
    flags = [part for name, value in sorted(settings.items()) for part in ("-c", f"{name}={value}")]
    # From version 18 the image keeps its data below this folder, one folder a version.
    service = _store(
        plan,
        Component.database,
        image.POSTGRES,
        "/var/lib/postgresql",
        ["CMD", "pg_isready", "-q", "-U", "postgres", "-d", DATABASE],
    )
    volumes = service["volumes"]
    assert isinstance(volumes, list)  # noqa: S101 - written by _store; narrows the type
    # Parallel queries share memory there; Docker's own 64 MiB are not enough.
    volumes.append({"type": "tmpfs", "target": "/dev/shm"})  # noqa: S108 - a folder of the container
    return service | {
        "command": ["postgres", *flags],
        "environment": {"POSTGRES_PASSWORD_FILE": f"{SECRETS}/POSTGRES_PASSWORD"},
        "secrets": ["POSTGRES_PASSWORD", "POSTGRES_OWNER_PASSWORD", "POSTGRES_APP_PASSWORD"],
        "configs": [{"source": "roles-postgres", "target": "/docker-entrypoint-initdb.d/10-roles.sh"}],
    }


def _cache(plan: ComposePlan) -> Plain:
    ping = f'REDISCLI_AUTH="$$(cat {SECRETS}/REDIS_PASSWORD)" valkey-cli ping | grep -q PONG'
    service = _store(plan, Component.cache, image.VALKEY, "/data", ["CMD-SHELL", ping])
    return service | {
        "command": ["valkey-server", "/etc/valkey/valkey.conf"],
        "secrets": ["REDIS_PASSWORD", "REDIS_CONF"],
        "configs": [{"source": "redis", "target": "/etc/valkey/valkey.conf"}],
    }


def _vectors(plan: ComposePlan) -> Plain:
    settings = vector_settings(plan.sizes[Component.vectors])
    probe = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8080/v1/.well-known/ready"]
    service = _store(plan, Component.vectors, image.WEAVIATE, "/var/lib/weaviate", probe)
    # Weaviate reads its keys from the environment only; this way they are in no file that describes the container.
    start = (
        f'export AUTHENTICATION_APIKEY_ALLOWED_KEYS="$$(cat {SECRETS}/VECTOR_DB_API_KEY)"; '
        "exec /bin/weaviate --host 0.0.0.0 --port 8080 --scheme http"
    )
    return service | {
        "entrypoint": ["/bin/sh", "-ec", start],
        "environment": {
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_USERS": WEAVIATE_USER,
            "AUTHORIZATION_ADMINLIST_ENABLED": "true",
            "AUTHORIZATION_ADMINLIST_USERS": WEAVIATE_USER,
            "CLUSTER_HOSTNAME": Component.vectors.service_name,
            "DISABLE_TELEMETRY": "true",
            "GOMAXPROCS": str(settings.gomaxprocs),
            "GOMEMLIMIT": f"{settings.gomemlimit_mib}MiB",
            "LOG_LEVEL": "warning",
            "PERSISTENCE_DATA_PATH": "/var/lib/weaviate",
            "QUERY_DEFAULTS_LIMIT": "25",
            "RAFT_BOOTSTRAP_EXPECT": "1",
        },
        "secrets": ["VECTOR_DB_API_KEY"],
    }


def _messages(plan: ComposePlan) -> Plain:
    probe = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8222/healthz"]
    service = _store(plan, Component.messages, image.NATS, "/data", probe)
    start = (
        f'NATS_PASSWORD="$$(cat {SECRETS}/NATS_PASSWORD)"; export NATS_PASSWORD; '
        "exec nats-server -c /etc/nats/nats.conf"
    )
    return service | {
        "entrypoint": ["/bin/sh", "-ec", start],
        "secrets": ["NATS_PASSWORD"],
        "configs": [{"source": "cola-mensajes", "target": "/etc/nats/nats.conf"}],
    }


def _monitoring(plan: ComposePlan) -> Plain:
    watched = {component: size for component, size in plan.sizes.items() if plan.runs(component)}
    settings = monitoring_settings(plan.sizes[Component.monitoring], watched)
    probe = ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:9090/-/ready"]
    service = _store(plan, Component.monitoring, image.PROMETHEUS, "/prometheus", probe)
    return service | {
        "command": [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            f"--storage.tsdb.retention.size={settings.retention_size_mib}MB",
            f"--storage.tsdb.retention.time={settings.retention_days}d",
        ],
        "secrets": ["METRICS_TOKEN"] + (["EMBEDDING_API_KEY"] if plan.runs(Component.embeddings) else []),
        "configs": [{"source": "prometheus", "target": "/etc/prometheus/prometheus.yml"}],
    }
