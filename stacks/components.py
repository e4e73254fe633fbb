"""The components of the platform, the names the reference guide gives them, and their nature."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Split(StrEnum):
    """How a component's row is shared by its replicas.

    `divided`: the row is the total and each replica gets its part. `mirrored`: every replica holds all the
    data, so each needs the whole row.
    """

    divided = "divided"
    mirrored = "mirrored"


class Component(StrEnum):
    """One row of the guide's sizing tables; `embeddings` and `logging` are ours.

    The guide has only a URL of the embedding service, and a "Stack de Logging" only in its picture.
    """

    gateway = "gateway"
    orchestrator = "orchestrator"
    tools = "tools"
    knowledge = "knowledge"
    database = "database"
    vectors = "vectors"
    cache = "cache"
    messages = "messages"
    embeddings = "embeddings"
    monitoring = "monitoring"
    logging = "logging"

    @property
    def label(self) -> str:
        """The component's name in the guide's tables, in Spanish, for people."""
        return COMPONENT_NAMES[self].label

    @property
    def service_name(self) -> str:
        """The name of its service in the guide's compose file and manifests: a DNS label."""
        return COMPONENT_NAMES[self].service

    @property
    def is_store(self) -> bool:
        """Whether it keeps state of its own, so that its replicas need a quorum or a standby."""
        return self in STORES

    @property
    def sharing(self) -> Split:
        """How its row is shared by its replicas: stores mirror their data, services divide their load."""
        return Split.mirrored if self in STORES else Split.divided

    @property
    def quorum(self) -> bool:
        """Whether its replicas vote: more than one must then be odd, and at least three."""
        return self in VOTERS


@dataclass(frozen=True, slots=True)
class ComponentName:
    """How the guide names a component: `label` for people, `service` (a DNS label) for machines."""

    label: str
    service: str


COMPONENT_NAMES: Mapping[Component, ComponentName] = MappingProxyType(
    {
        Component.gateway: ComponentName("Gateway de API", "api-gateway"),
        Component.orchestrator: ComponentName("Orquestador de Agentes", "orquestador-agentes"),
        Component.tools: ComponentName("Registro de Herramientas", "registro-herramientas"),
        Component.knowledge: ComponentName("Servicio de Conocimiento", "servicio-conocimiento"),
        Component.database: ComponentName("Base de Datos (PostgreSQL)", "postgres"),
        Component.vectors: ComponentName("BD Vectorial (Weaviate)", "weaviate"),
        Component.cache: ComponentName("Cache (Redis)", "redis"),
        Component.messages: ComponentName("Cola de Mensajes", "cola-mensajes"),
        Component.embeddings: ComponentName("Servicio de Embeddings", "servicio-embeddings"),
        Component.monitoring: ComponentName("Stack de Monitoreo", "stack-monitoreo"),
        Component.logging: ComponentName("Stack de Logging", "stack-logging"),
    }
)

STORES: frozenset[Component] = frozenset(
    {
        Component.database,
        Component.vectors,
        Component.cache,
        Component.messages,
        Component.monitoring,
        Component.logging,
    }
)

# Raft: JetStream's streams and Weaviate's schema need a majority of their servers.
VOTERS: frozenset[Component] = frozenset({Component.messages, Component.vectors})
