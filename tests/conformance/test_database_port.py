"""The database port: two roles, row security, the derived settings, durability."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from stacks.derive.postgres import PostgresSettings
from tests.conformance.conftest import Access
from tests.local_stack import eventually

pytestmark = pytest.mark.timeout(200)

NAME, OWNER, APP = "framework_agentes_ia", "andamio_owner", "andamio_app"


async def connect(database: Access, user: str, password: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(
        host="127.0.0.1", port=database.port, user=user, password=password, database=NAME, timeout=10
    )


@pytest.fixture
async def owner(database: Access) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await connect(database, OWNER, database.secrets["owner"])
    yield connection
    await connection.close()


@pytest.fixture
async def app(database: Access) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await connect(database, APP, database.secrets["app"])
    yield connection
    await connection.close()


async def test_the_owner_creates_tables(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    await owner.execute("CREATE TABLE conformance_probe (id int)")
    await owner.execute("DROP TABLE conformance_probe")


async def test_the_application_creates_none(app: "asyncpg.Connection[asyncpg.Record]") -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE conformance_probe (id int)")


async def test_neither_role_is_a_superuser_or_passes_row_security(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    rows = await owner.fetch(
        "SELECT rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname IN ($1, $2)", OWNER, APP
    )
    assert [row["above"] for row in rows] == [False, False]


async def test_row_security_binds_both_roles_to_the_tenant(
    owner: "asyncpg.Connection[asyncpg.Record]", app: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    mine, other = str(uuid4()), str(uuid4())
    await owner.execute(f"""
        CREATE TABLE conformance_rows (tenant uuid);
        ALTER TABLE conformance_rows ENABLE ROW LEVEL SECURITY;
        ALTER TABLE conformance_rows FORCE ROW LEVEL SECURITY;
        CREATE POLICY one_tenant ON conformance_rows
            USING (tenant = NULLIF(current_setting('conformance.tenant', true), '')::uuid);
        GRANT SELECT, INSERT ON conformance_rows TO {APP};
    """)
    try:
        await app.execute("SELECT set_config('conformance.tenant', $1, false)", mine)
        await app.execute("INSERT INTO conformance_rows VALUES ($1)", UUID(mine))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("INSERT INTO conformance_rows VALUES ($1)", UUID(other))
        assert await app.fetchval("SELECT count(*) FROM conformance_rows") == 1
        await app.execute("SELECT set_config('conformance.tenant', $1, false)", other)
        assert await app.fetchval("SELECT count(*) FROM conformance_rows") == 0
        assert await owner.fetchval("SELECT count(*) FROM conformance_rows") == 0
    finally:
        await owner.execute("DROP TABLE conformance_rows")


async def test_the_settings_are_the_derived_ones(
    owner: "asyncpg.Connection[asyncpg.Record]", database_settings: PostgresSettings
) -> None:
    for name, value in database_settings.parameters().items():
        if name == "shared_preload_libraries":  # not shown to ordinary roles
            continue
        same = "SELECT pg_size_bytes(current_setting($1)) = pg_size_bytes($2)"
        if value.endswith("MB"):
            assert await owner.fetchval(same, name, value), name
        else:
            assert await owner.fetchval("SELECT current_setting($1)", name) == value, name


@pytest.mark.parametrize("user", [OWNER, APP, "postgres"])
async def test_a_wrong_password_is_refused(database: Access, user: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(database, user, "wrong")


async def test_a_role_does_not_take_the_others_password(database: Access) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(database, OWNER, database.secrets["app"])


async def test_committed_rows_survive_a_kill_9(database: Access) -> None:
    connection = await connect(database, OWNER, database.secrets["owner"])
    await connection.execute("CREATE TABLE conformance_kept (id int)")
    await connection.execute("INSERT INTO conformance_kept VALUES (7)")
    database.stack.kill("database")
    eventually(lambda: database.stack.status()["healthy"], 60, "the platform is healthy after the kill")
    connection = await connect(database, OWNER, database.secrets["owner"])
    assert await connection.fetchval("SELECT id FROM conformance_kept") == 7
    await connection.execute("DROP TABLE conformance_kept")
    await connection.close()
