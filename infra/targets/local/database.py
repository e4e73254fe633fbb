"""PostgreSQL on this machine: the cluster, the server and the two roles."""

import sys

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
    key, port = site.port("database")
    settings = postgres_settings(site.sizes[Component.database])
    administrator = site.secret("database-administrator")
    owner_password, password = site.secret("database-owner"), site.secret("database-app")
    data = account_data(site.home) / "database"
    run = account_data(site.home) / "run-database"
    configuration = {
        str(run / "postgresql.conf"): _configuration(settings, str(run), port),
        str(run / "pg_hba.conf"): f"host all all {LOOPBACK}/32 scram-sha-256\n",
    }
    initialised = Job(
        "database-init",
        root=site.root,
        command=[
            sys.executable,
            "-I",
            "-m",
            "infra.targets.local.postgres",
            str(data),
            str(site.home.data / "accounts"),
        ],
        environment=postgres.initialisation(site.run_folder("database-init"), site.account),
        files={str(site.run_folder("database-init") / postgres.PASSWORD_FILE): administrator},
    )
    server = Process(
        "database",
        root=site.root,
        command=[
            after(initialised.digest, str(postgres.executable("postgres"))),
            "-D",
            str(data),
            "-c",
            f"config_file={run / 'postgresql.conf'}",
        ],
        files=configuration,
        folders=[str(data.parent), str(run)],
        account=site.account,
        ports={key: port},
        probe={"kind": "tcp", "port": port, "patience_s": 60},
        stop_signal="INT",  # fast shutdown: sessions end, nothing is lost
        stop_patience_s=30,
    )
    roles = Job(
        "database-roles",
        root=site.root,
        command=[sys.executable, "-I", "-m", "infra.targets.local.roles"],
        environment={
            "PORT": after(server.digest, str(port)),
            "DATABASE": NAME,
            "OWNER": OWNER,
            "USER_ROLE": USER,
            "SECRETS": str(site.run_folder("database-roles")),
        },
        files={
            str(site.run_folder("database-roles") / "administrator"): administrator,
            str(site.run_folder("database-roles") / "owner"): owner_password,
            str(site.run_folder("database-roles") / "user"): password,
        },
    )
    return Database(
        host=after(roles.digest, LOOPBACK),
        port=port,
        name=NAME,
        user=USER,
        password=password,
        owner=OWNER,
        owner_password=owner_password,
        max_connections=settings.max_connections,
    )


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
