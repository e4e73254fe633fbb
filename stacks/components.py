"""The components of the platform and the names the reference guide gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Component(StrEnum):
    """One row of the guide's sizing tables; `embeddings` is ours (the guide only has its URL)."""

    gateway = "gateway"
    orchestrator = "orchestrator"
    tools = "tools"
    knowledge = "knowledge"
    database = "database"
    vectors = "vectors"
    cache = "cache"
    messages = "messages"
    monitoring = "monitoring"
    embeddings = "embeddings"

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
        Component.monitoring: ComponentName("Stack de Monitoreo", "stack-monitoreo"),
        Component.embeddings: ComponentName("Servicio de Embeddings", "servicio-embeddings"),
    }
)

STORES: frozenset[Component] = frozenset(
    {Component.database, Component.vectors, Component.cache, Component.messages, Component.monitoring}
)
