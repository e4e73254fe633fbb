"""The least with which one replica of a component still works, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stacks.components import Component

LEAST_CPU = 0.05
LEAST_CPU_REASON = "with less than a twentieth of a core a replica misses its health checks"


@dataclass(frozen=True, slots=True)
class Floor:
    """The least for one replica, `memory_gib` and `storage_gib` in GiB, each with its reason."""

    memory_gib: float
    memory_reason: str
    storage_gib: float = 0.25
    storage_reason: str = "logs and temporary files take that much"


FLOORS: Mapping[Component, Floor] = MappingProxyType(
    {
        Component.gateway: Floor(
            memory_gib=0.09375,
            memory_reason="Python, its HTTP server and the connections it forwards take about 90 MiB",
        ),
        Component.orchestrator: Floor(
            memory_gib=0.15625,
            memory_reason="Python, the agent library and a few running executions take about 150 MiB",
        ),
        Component.tools: Floor(
            memory_gib=0.09375,
            memory_reason="Python, its HTTP server and the tools' schemas take about 90 MiB",
        ),
        Component.knowledge: Floor(
            memory_gib=0.1875,
            memory_reason="Python, the Weaviate client and a document in work take about 190 MiB",
            storage_gib=0.5,
            storage_reason="documents on their way to the index lie there",
        ),
        Component.database: Floor(
            memory_gib=0.25,
            memory_reason="PostgreSQL needs 64 MiB of shared buffers and two dozen connections beside them",
            storage_gib=2,
            storage_reason="an eighth is for the write-ahead log, which below 256 MiB checkpoints too often",
        ),
        Component.vectors: Floor(
            memory_gib=0.25,
            memory_reason="Weaviate takes 120 MiB before its first vector",
            storage_gib=1,
            storage_reason="the index and its commit log lie there",
        ),
        Component.cache: Floor(
            memory_gib=0.03125,
            memory_reason="rate limits need 16 MiB of keys, and rewriting the append-only file copies pages",
            storage_gib=0.125,
            storage_reason="the append-only file and its rewritten copy lie there together",
        ),
        Component.messages: Floor(
            memory_gib=0.046875,
            memory_reason="NATS takes about 20 MiB before its first message",
            storage_reason="the stream of executions has to outlast an outage of the workers",
        ),
        Component.monitoring: Floor(
            memory_gib=0.125,
            memory_reason="Prometheus takes about 60 MiB before its first series",
            storage_gib=1,
            storage_reason="a day of samples every 15 s takes that much",
        ),
        Component.logging: Floor(
            memory_gib=0.125,
            memory_reason="the log store takes about 60 MiB before its first line",
            storage_gib=1,
            storage_reason="a day of logs of an idle platform, and their index, take that much",
        ),
        Component.embeddings: Floor(
            memory_gib=0.1875,
            memory_reason="the model's weights take 72 MB beside Python and one batch in work",
        ),
    }
)
