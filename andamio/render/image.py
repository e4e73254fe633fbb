"""The images a rendered file names, each pinned by tag, in one table."""

from importlib.metadata import version

# The versions are those that the local target runs and the tests know.
POSTGRES = "postgres:18.6-alpine"
VALKEY = "valkey/valkey:8.1.8-alpine"
NATS = "nats:2.15.1-alpine"
WEAVIATE = "semitechnologies/weaviate:1.37.2"
PROMETHEUS = "prom/prometheus:v3.7.3"
# Listens above 1024 as a user of its own.
NGINX = "nginxinc/nginx-unprivileged:1.30-alpine"


def runtime() -> str:
    """The bundled runtime's image; the environment variable ANDAMIO_IMAGE names another one."""
    return f"${{ANDAMIO_IMAGE:-andamio/runtime:{version('andamio')}}}"
