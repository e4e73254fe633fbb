"""The bundled runtime's services and its migration."""

from andamio.render.image import runtime
from andamio.render.plan import DATA_NODE, NETWORK, SECRETS, ComposePlan, Plain
from andamio.render.store import USER
from stacks.components import Component
from stacks.derive.rate_limit import rate_limits
from stacks.derive.runtime import runtime_settings

PORT = 3000
SERVICES = (Component.gateway, Component.orchestrator, Component.tools, Component.knowledge, Component.embeddings)
MIGRATION = "migracion"
BLOBS_VOLUME = "datos-conocimiento"
# As in the guide's image.
_ACCOUNT = "1001:1001"
_WEAVIATE_GRPC = 50051
_MODULES = {component: f"runtime.{component.value}" for component in SERVICES}
_NEEDS = {
    Component.gateway: (Component.orchestrator, Component.tools, Component.knowledge, Component.cache),
    Component.orchestrator: (Component.database, Component.cache, Component.messages),
    Component.tools: (Component.database,),
    Component.knowledge: (Component.database, Component.vectors, Component.embeddings),
    Component.embeddings: (),
}


def url_of(component: Component) -> str:
    """Where a service is in the network of the file."""
    return f"http://{component.service_name}:{PORT}"


def runtime_service(plan: ComposePlan, component: Component) -> Plain:
    """One service with its replicas."""
    size = plan.sizes[component]
    deploy: Plain = {
        "replicas": size.replicas,
        # Names resolve to all replicas, under compose and swarm alike.
        "endpoint_mode": "dnsrr",
        "resources": plan.resources(component),
        "restart_policy": {"condition": "any", "delay": "5s"},
        "update_config": {"parallelism": 1, "order": "start-first", "failure_action": "rollback"},
    }
    service: Plain = {
        **_container(plan, _MODULES[component]),
        "environment": {**_environment(plan), "ANDAMIO_HOST": "0.0.0.0", "ANDAMIO_PORT": str(PORT)},  # noqa: S104
        "secrets": secrets_of(plan, component),
        "stop_grace_period": "15s",
        "healthcheck": _healthcheck(),
        "deploy": deploy,
    }
    environment = service["environment"]
    assert isinstance(environment, dict)  # noqa: S101 - written above; narrows the type
    environment.update(_own_environment(plan, component))
    if needs := [need.service_name for need in _NEEDS[component] if plan.runs(need)]:
        service["depends_on"] = needs
    if component is Component.knowledge:
        service["volumes"] = [f"{BLOBS_VOLUME}:/data"]
        deploy["placement"] = {"constraints": [DATA_NODE]}
    return service


def migration(plan: ComposePlan) -> Plain:
    """The job that brings the database to the current schema; it runs once and ends."""
    service: Plain = {
        **_container(plan, "runtime.kit.migrate"),
        "environment": {**_environment(plan), "APP_DATABASE_ROLE": USER},
        "secrets": ["MIGRATION_DATABASE_URL", "BOOTSTRAP_API_KEY"],
        "deploy": {
            "replicas": 1,
            "resources": {"limits": plan.resources(Component.gateway)["limits"]},
            "restart_policy": {"condition": "on-failure", "delay": "5s"},
        },
    }
    if plan.runs(Component.database):
        service["depends_on"] = [Component.database.service_name]
    return service


def secrets_of(plan: ComposePlan, component: Component) -> list[str]:
    """The secrets a service gets, as files named like the setting."""
    if component is Component.embeddings:
        return ["EMBEDDING_API_KEY"]
    names = ["DATABASE_URL", "JWT_SECRET"]
    if component in (Component.gateway, Component.orchestrator):
        names.append("REDIS_URL")
    if component is Component.orchestrator:
        chat = plan.stack.chat_model
        names += ["NATS_URL"] + (["CHAT_MODEL_API_KEY"] if chat and chat.api_key_secret else [])
    if component is Component.knowledge:
        names += ["VECTOR_DB_API_KEY", "EMBEDDING_API_KEY"]
    return names


def _container(plan: ComposePlan, module: str) -> Plain:
    """What all containers of our image have: no root, no writable disk, no capability."""
    return {
        "image": runtime(),
        "command": ["python", "-I", "-m", module],
        "user": _ACCOUNT,
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - inside the container, in memory
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "networks": [NETWORK],
        "logging": plan.logging,
    }


def _environment(plan: ComposePlan) -> Plain:
    return {"ENVIRONMENT": plan.stack.environment, "ANDAMIO_SECRETS_DIR": SECRETS, "MALLOC_ARENA_MAX": "2"}


def _own_environment(plan: ComposePlan, component: Component) -> Plain:
    limits = runtime_settings(plan.sizes[Component.orchestrator], plan.sizes[Component.embeddings])
    if component is Component.embeddings:
        return {"OMP_NUM_THREADS": str(limits.embedding_threads)}
    own: Plain = {"OMP_NUM_THREADS": "1", "DATABASE_POOL_SIZE": str(plan.pools[component])}
    if component is Component.gateway:
        own["ORCHESTRATOR_URL"] = url_of(Component.orchestrator)
        own["TOOLS_URL"] = url_of(Component.tools)
        own["KNOWLEDGE_URL"] = url_of(Component.knowledge)
        own["RATE_LIMIT_PER_MINUTE"] = str(rate_limits(plan.sizes[component]).client_per_minute)
    if component is Component.orchestrator:
        own |= {"TOOLS_URL": url_of(Component.tools), "NATS_REPLICAS": "1", "WORKER_SLOTS": str(limits.worker_slots)}
        if chat := plan.stack.chat_model:
            own |= {"CHAT_MODEL_URL": _literal(chat.url), "CHAT_MODEL_NAME": _literal(chat.name)}
    if component is Component.tools:
        own["KNOWLEDGE_URL"] = url_of(Component.knowledge)
    if component is Component.knowledge:
        own["VECTOR_DB_URL"] = plan.external(Component.vectors) or f"http://{Component.vectors.service_name}:8080"
        own["VECTOR_DB_GRPC_PORT"] = str(_WEAVIATE_GRPC)
        own["EMBEDDING_SERVICE_URL"] = plan.external(Component.embeddings) or f"{url_of(Component.embeddings)}/v1"
        own["BLOBS_URL"] = "file:///data"
    return own


def _literal(text: str) -> str:
    """Compose takes a dollar sign for the start of a variable."""
    return text.replace("$", "$$")


def _healthcheck() -> Plain:
    probe = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{PORT}/health', timeout=2)"
    return {
        "test": ["CMD", "python", "-I", "-c", probe],
        "interval": "10s",
        "timeout": "5s",
        "retries": 3,
        "start_period": "30s",
    }
