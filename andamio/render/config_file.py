"""The servers' configuration files beside a compose file. None of them has a secret in it."""

import yaml

from andamio.render.plan import SECRETS, ComposePlan
from andamio.render.runtime_service import PORT, SERVICES
from andamio.render.store import DATABASE, NATS_USER, OWNER, USER
from stacks.components import Component
from stacks.derive.cache import cache_settings
from stacks.derive.messages import message_settings
from stacks.derive.monitoring import SCRAPE_INTERVAL_S

EDGE_CONFIG = "entrada"


def config_files(plan: ComposePlan) -> dict[str, tuple[str, str]]:
    """For each config of the compose file, by its name there: the file's name below config/, and its text."""
    made = {EDGE_CONFIG: ("entrada.conf", _edge())}
    if plan.runs(Component.database):
        made["roles-postgres"] = ("10-roles.sh", _roles())
    if plan.runs(Component.cache):
        made["redis"] = ("valkey.conf", _cache(plan))
    if plan.runs(Component.messages):
        made["cola-mensajes"] = ("nats.conf", _messages(plan))
    if plan.runs(Component.monitoring):
        made["prometheus"] = ("prometheus.yml", _monitoring(plan))
    return made


def _roles() -> str:
    return f"""\
# Sourced once by the PostgreSQL image, when the data folder is empty. Passwords come from the secrets' files.
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\\set owner_password `cat {SECRETS}/POSTGRES_OWNER_PASSWORD`
\\set app_password `cat {SECRETS}/POSTGRES_APP_PASSWORD`
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE {USER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE {DATABASE} OWNER {OWNER};
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {USER};
SQL
"""


def _cache(plan: ComposePlan) -> str:
    settings = cache_settings(plan.sizes[Component.cache])
    return f"""\
port 6379
protected-mode yes
dir /data
appendonly yes
appendfsync everysec
maxmemory {settings.maxmemory_mib}mb
maxmemory-policy {settings.maxmemory_policy}
# One line: requirepass <password>
include {SECRETS}/REDIS_CONF
"""


def _messages(plan: ComposePlan) -> str:
    settings = message_settings(plan.sizes[Component.messages])
    return f"""\
listen: "0.0.0.0:4222"
http: "0.0.0.0:8222"
server_name: {Component.messages.service_name}
jetstream {{
  store_dir: "/data"
  sync_interval: always
  max_memory_store: {settings.max_memory_mib}MB
  max_file_store: {settings.max_file_mib}MB
}}
authorization {{
  user: "{NATS_USER}"
  password: $NATS_PASSWORD
}}
"""


def _edge() -> str:
    """TLS ends here; the name is looked up again every few seconds, because replicas come and go."""
    gateway = Component.gateway.service_name
    return f"""\
resolver 127.0.0.11 valid=5s ipv6=off;
server {{
    listen 8080;
    return 308 https://$host$request_uri;
}}
server {{
    listen 8443 ssl;
    http2 on;
    ssl_certificate {SECRETS}/TLS_CERT;
    ssl_certificate_key {SECRETS}/TLS_KEY;
    ssl_protocols TLSv1.2 TLSv1.3;
    add_header Strict-Transport-Security "max-age=31536000" always;
    client_max_body_size 50m;
    location / {{
        set $gateway http://{gateway}:{PORT};
        proxy_pass $gateway;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto https;
        # Event streams are passed on as they come.
        proxy_buffering off;
        proxy_read_timeout 120s;
    }}
}}
"""


def _monitoring(plan: ComposePlan) -> str:
    jobs = [_job(component) for component in SERVICES if plan.runs(component)]
    interval = f"{SCRAPE_INTERVAL_S}s"
    document = {"global": {"scrape_interval": interval, "evaluation_interval": interval}, "scrape_configs": jobs}
    return yaml.safe_dump(document, sort_keys=False)


def _job(component: Component) -> dict[str, object]:
    """All replicas of a service: its name resolves to each of them."""
    key = "EMBEDDING_API_KEY" if component is Component.embeddings else "METRICS_TOKEN"
    return {
        "job_name": component.service_name,
        "authorization": {"credentials_file": f"{SECRETS}/{key}"},
        "dns_sd_configs": [{"names": [component.service_name], "type": "A", "port": PORT, "refresh_interval": "10s"}],
    }
