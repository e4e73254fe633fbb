"""PostgreSQL on this machine: the cluster, the server and the two roles."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi import Output

from infra.ports.database import Database
from infra.targets.local import postgres
from infra.targets.local.home import account_data
from infra.targets.local.resources import Job, Process
from infra.targets.local.site import LOOPBACK, Site, after
from stacks.components import Component
from stacks.derive.postgres import PostgresSettings, postgres_settings

NAME = "framework_agentes_ia"
OWNER = "andamio_owner"
USER = "andamio_app"


def local_database(site: Site) -> Database:
    """Initialise the cluster, start the server, create the roles; known once all three are done."""
    settings = postgres_settings(site.sizes[Component.database])
    administrator = site.secret("database-administrator")
    owner_password, password = site.secret("database-owner"), site.secret("database-app")
    server = _server(site, settings, _cluster(site, administrator))
    roles = _roles(site, server, {"administrator": administrator, "owner": owner_password, "user": password})
    return Database(
        host=after(roles.digest, LOOPBACK),
        port=site.ports.database,
        name=NAME,
        user=USER,
        password=password,
        owner=OWNER,
        owner_password=owner_password,
        max_connections=settings.max_connections,
    )


def _cluster(site: Site, administrator: Output[str]) -> Job:
    secrets = site.run_folder("database-init")
    link = site.home.data / "accounts"
    return Job(
        "database-init",
        root=site.root,
        command=[sys.executable, "-I", "-m", "infra.targets.local.postgres", str(_data(site)), str(link)],
        environment=postgres.initialisation(secrets, site.account),
        files={str(secrets / postgres.PASSWORD_FILE): administrator},
    )


def _server(site: Site, settings: PostgresSettings, cluster: Job) -> Process:
    key, port = site.port("database")
    run = account_data(site.home) / "run-database"
    configuration = run / "postgresql.conf"
    return Process(
        "database",
        root=site.root,
        command=[
            after(cluster.digest, str(postgres.executable("postgres"))),
            *("-D", str(_data(site)), "-c", f"config_file={configuration}"),
        ],
        files={
            str(configuration): _configuration(settings, str(run), port),
            str(run / "pg_hba.conf"): f"host all all {LOOPBACK}/32 scram-sha-256\n",
        },
        folders=[str(account_data(site.home)), str(run)],
        account=site.account,
        ports={key: port},
        probe={"kind": "tcp", "port": port, "patience_s": 60},
        stop_signal="INT",  # fast shutdown: sessions end, nothing is lost
        stop_patience_s=30,
    )


def _roles(site: Site, server: Process, passwords: Mapping[str, Output[str]]) -> Job:
    secrets = site.run_folder("database-roles")
    return Job(
        "database-roles",
        root=site.root,
        command=[sys.executable, "-I", "-m", "infra.targets.local.roles"],
        environment={
            "PORT": after(server.digest, str(site.ports.database)),
            "DATABASE": NAME,
            "OWNER": OWNER,
            "USER_ROLE": USER,
            "SECRETS": str(secrets),
        },
        files={str(secrets / name): password for name, password in passwords.items()},
    )


def _data(site: Site) -> Path:
    return account_data(site.home) / "database"


def _configuration(settings: PostgresSettings, run: str, port: int) -> str:
    lines = {
        **settings.parameters(),
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "hba_file": f"{run}/pg_hba.conf",
        "password_encryption": "scram-sha-256",
        "log_min_duration_statement": "1s",
        "log_parameter_max_length": "0",  # values of a slow statement may be secret
    }
    return "".join(f"{name} = '{value}'\n" for name, value in sorted(lines.items()))
