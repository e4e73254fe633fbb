"""The database and its two roles: ``python -m infra.targets.local.roles``. May be repeated; sets the passwords anew."""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg


async def main() -> None:
    """Create what is missing. Parameters: PORT, DATABASE, OWNER, USER_ROLE, SECRETS (folder of the passwords)."""
    database, owner, user = (os.environ[name] for name in ("DATABASE", "OWNER", "USER_ROLE"))
    secrets = Path(os.environ["SECRETS"])
    connection = await _connect(secrets)
    try:
        for role, file in ((owner, "owner"), (user, "user")):
            await _role(connection, role, (secrets / file).read_text())
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(f'CREATE DATABASE "{database}" OWNER "{owner}"')
        # in the administrator's own database, where the guide's queries look; it covers all databases
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        await connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{user}"')
    finally:
        await connection.close()


async def _connect(secrets: Path) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        user="postgres",
        password=(secrets / "administrator").read_text(),
        database="postgres",
        timeout=30,
    )


async def _role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f'CREATE ROLE "{role}"')
    # statements that define a role take no parameters: let the server quote the password
    quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f'ALTER ROLE "{role}" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {quoted}')


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (OSError, asyncpg.PostgresError) as error:
        sys.exit(f"the roles could not be created: {error}")
