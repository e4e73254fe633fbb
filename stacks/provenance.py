"""Where a value of a tier's table comes from."""

from stacks.components import Component
from stacks.derive.rule import OURS
from stacks.tiers import OUR_ROWS, TierName

GUIDE_TABLES: dict[TierName, str] = {
    "minimum": "guide, Requisitos Mínimos de Producción",
    "enterprise": "guide, Requisitos Empresariales Recomendados",
}
GUIDE_COMPOSE = "guide, docker-compose.produccion.yml"
_CELLS = frozenset({"cpu", "memory_gib", "storage_gib", "storage_class", "network_gbps"})


def source_of(tier: TierName, component: Component, field: str) -> str:
    """The source of one cell: the guide's table, its compose file for the services' replicas, or us."""
    if component in OUR_ROWS:
        return OURS
    if field in _CELLS:
        return GUIDE_TABLES[tier]
    return GUIDE_COMPOSE if field == "replicas" and not component.is_store else OURS
