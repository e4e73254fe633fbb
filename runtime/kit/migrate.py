"""`python -m runtime.kit.migrate`: bring the database to the current schema, grant it, and seed the first
tenant.

Runs as the owner of the tables. Idempotent, and safe to run in several places at once (advisory lock).
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from alembic import command
from alembic.config import Config
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runtime.kit.database import BIND_TENANT, DRIVER
from runtime.kit.settings import read_settings
from runtime.kit.tokens import SCOPES, fingerprint

DEFAULT_TENANT = "default"
NAMESPACE = UUID("6f0f6a3c-54c4-5a0e-9a55-7a6f0d5e8a11")
LOCK = 7_305_001
ATTEMPTS = 30
STARTING_UP = "57P03"


class MigrationSettings(BaseSettings):
    """What a migration needs: the owner's address, the application's role and the first API key."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    migration_database_url: SecretStr
    app_database_role: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
    bootstrap_api_key: Annotated[SecretStr, Field(min_length=23)]


def main() -> None:
    """Migrate; exits 2 for bad settings, 1 with one line on stderr when the database refuses."""
    settings = read_settings(MigrationSettings)
    try:
        asyncio.run(_migrate(settings))
    except (DBAPIError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        print(f"migrate: {type(cause).__name__}: {str(cause).splitlines()[0]}", file=sys.stderr)
        raise SystemExit(1) from error


async def _migrate(settings: MigrationSettings) -> None:
    url = make_url(settings.migration_database_url.get_secret_value()).set(drivername=DRIVER)
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": 5})
    try:
        async with _connected(engine) as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            await connection.commit()
            await connection.run_sync(_upgrade)
            await connection.commit()
            async with connection.begin():
                await _grant(connection, settings.app_database_role)
                await _seed(connection, settings.bootstrap_api_key.get_secret_value())
    finally:
        await engine.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """PostgreSQL may still be starting: 30 tries, one a second. A refused password is not tried again."""
    for remaining in reversed(range(ATTEMPTS)):
        try:
            connection = await engine.connect()
            break
        except (OSError, DBAPIError) as error:
            starting = isinstance(error, OSError) or getattr(error.orig, "sqlstate", None) == STARTING_UP
            if not starting or not remaining:
                raise
        await asyncio.sleep(1)
    try:
        yield connection
    finally:
        await connection.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _grant(connection: AsyncConnection, role: str) -> None:
    """The application reads and writes rows and calls the functions; it owns and alters nothing."""
    for statement in (
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON inquilinos, alembic_version FROM "{role}"',
        f'REVOKE UPDATE, DELETE ON logs_auditoria FROM "{role}"',
    ):
        await connection.execute(text(statement))


async def _seed(connection: AsyncConnection, key: str) -> None:
    tenant = uuid5(NAMESPACE, DEFAULT_TENANT)
    await connection.execute(BIND_TENANT, {"tenant": str(tenant)})
    await connection.execute(
        text("INSERT INTO inquilinos (id, nombre) VALUES (:id, :nombre) ON CONFLICT DO NOTHING"),
        {"id": tenant, "nombre": DEFAULT_TENANT},
    )
    # The key's hash and nothing else is stored; a new bootstrap key replaces the one before.
    await connection.execute(
        text(
            "UPDATE claves_api SET revoked_at = now()"
            " WHERE nombre = 'bootstrap' AND revoked_at IS NULL AND huella <> :huella"
        ),
        {"huella": fingerprint(key)},
    )
    await connection.execute(
        text(
            "INSERT INTO claves_api (id, tenant_id, nombre, huella, scopes)"
            " VALUES (:id, :tenant, 'bootstrap', :huella, :scopes)"
            " ON CONFLICT (huella) DO UPDATE SET revoked_at = NULL"
        ),
        {"id": uuid4(), "tenant": tenant, "huella": fingerprint(key), "scopes": sorted(SCOPES)},
    )


if __name__ == "__main__":
    main()
