"""The two metrics that the reference guide's alert rules read; their names are a contract."""

from prometheus_client import Counter, Histogram

ERRORS = Counter("errores_agentes_total", "Runs of agents that failed, whether tried again or not.")
SECONDS = Histogram(
    "duracion_ejecucion_agentes_seconds",
    "From the first start of an execution to its end.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900),
)
