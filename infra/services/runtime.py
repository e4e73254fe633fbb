"""The runtime's services, declared once for every target."""

from collections.abc import Mapping
from dataclasses import replace

from pulumi import Output

from infra.ports.platform import Platform
from infra.ports.service import JobSpec, Service, ServiceSpec
from stacks.components import Component
from stacks.derive.connections import connection_budget, peak_replicas
from stacks.derive.rate_limit import rate_limits
from stacks.derive.runtime import RuntimeSettings, runtime_settings
from stacks.schema import Stack


def deploy(stack: Stack, platform: Platform, chat_key: Output[str] | None) -> list[Service]:
    """Migrate the database, then place the four services. The gateway comes last: it is the way in.

    ``chat_key`` is the key of the stack's chat model, where it has one.
    """
    pools = _pools(stack, platform)
    migrated = platform.runner.finish(_migration(platform))
    inner = [_orchestrator(stack, platform, chat_key), _tools(platform), _knowledge(platform)]
    placed = [platform.runner.run(_after(migrated, spec, platform, pools)) for spec in inner]
    ready = Output.all(*(service.url for service in placed)).apply(lambda urls: urls[0])
    return [*placed, platform.runner.run(_after(ready, _gateway(platform), platform, pools))]


def _migration(platform: Platform) -> JobSpec:
    return JobSpec(
        name="migration",
        module="runtime.kit.migrate",
        environment={"APP_DATABASE_ROLE": platform.database.user},
        secrets={
            "MIGRATION_DATABASE_URL": platform.database.owner_url,
            "BOOTSTRAP_API_KEY": platform.keys.bootstrap_api,
        },
    )


def _gateway(platform: Platform) -> ServiceSpec:
    return ServiceSpec(
        component=Component.gateway,
        module="runtime.gateway",
        environment={
            "ORCHESTRATOR_URL": platform.runner.url(Component.orchestrator),
            "TOOLS_URL": platform.runner.url(Component.tools),
            "KNOWLEDGE_URL": platform.runner.url(Component.knowledge),
            "RATE_LIMIT_PER_MINUTE": str(rate_limits(platform.sizes[Component.gateway]).client_per_minute),
        },
        secrets={"REDIS_URL": platform.cache.url},
    )


def _orchestrator(stack: Stack, platform: Platform, chat_key: Output[str] | None) -> ServiceSpec:
    chat = stack.chat_model
    return ServiceSpec(
        component=Component.orchestrator,
        module="runtime.orchestrator",
        environment={
            "TOOLS_URL": platform.runner.url(Component.tools),
            "NATS_REPLICAS": str(platform.messages.replicas),
            "WORKER_SLOTS": str(_limits(platform).worker_slots),
            **({"CHAT_MODEL_URL": chat.url, "CHAT_MODEL_NAME": chat.name} if chat else {}),
        },
        secrets={
            "REDIS_URL": platform.cache.url,
            "NATS_URL": platform.messages.url,
            **({"CHAT_MODEL_API_KEY": chat_key} if chat_key else {}),
        },
    )


def _tools(platform: Platform) -> ServiceSpec:
    return ServiceSpec(
        component=Component.tools,
        module="runtime.tools",
        environment={"KNOWLEDGE_URL": platform.runner.url(Component.knowledge)},
    )


def _knowledge(platform: Platform) -> ServiceSpec:
    return ServiceSpec(
        component=Component.knowledge,
        module="runtime.knowledge",
        environment={
            "VECTOR_DB_URL": platform.vectors.url,
            "VECTOR_DB_GRPC_PORT": str(platform.vectors.grpc_port),
            "EMBEDDING_SERVICE_URL": platform.embeddings.url,
            "BLOBS_URL": platform.blobs.url,
        },
        secrets={
            "VECTOR_DB_API_KEY": platform.vectors.api_key,
            "EMBEDDING_API_KEY": platform.embeddings.api_key,
        },
    )


def _limits(platform: Platform) -> RuntimeSettings:
    return runtime_settings(platform.sizes[Component.orchestrator], platform.sizes[Component.embeddings])


def _pools(stack: Stack, platform: Platform) -> Mapping[Component, int]:
    """The database connections of one replica of each service."""
    replicas = peak_replicas(platform.sizes, stack.target.is_cluster)
    return connection_budget(platform.database.max_connections, replicas).pools


def _after(ready: Output[str], spec: ServiceSpec, platform: Platform, pools: Mapping[Component, int]) -> ServiceSpec:
    """The spec with what every service gets; its database URL is known only once ``ready`` is."""
    url = Output.all(platform.database.url, ready).apply(lambda known: str(known[0]))
    return replace(
        spec,
        environment={**spec.environment, "DATABASE_POOL_SIZE": str(pools[spec.component])},
        secrets={**spec.secrets, "DATABASE_URL": url, "JWT_SECRET": platform.keys.jwt},
    )
