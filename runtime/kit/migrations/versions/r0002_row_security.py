"""Row-level security: the application role sees the rows of `app.tenant`, and without it none."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    "claves_api", "logs_auditoria", "agentes", "ejecuciones", "eventos_ejecucion", "diario_ejecucion", "salida",
    "claves_idempotencia", "efectos_herramienta", "documentos_conocimiento", "fragmentos_conocimiento",
)  # fmt: skip
# The owner's functions in the next revision read across tenants in these, and in no other.
CROSSED = (
    "inquilinos",
    "claves_api",
    "ejecuciones",
    "eventos_ejecucion",
    "salida",
    "fragmentos_conocimiento",
)
CURRENT = "NULLIF(current_setting('app.tenant', true), '')::uuid"


def upgrade() -> None:
    """Force the policies on every table, for the owner too."""
    for table, column in [("inquilinos", "id"), *((table, "tenant_id") for table in TABLES)]:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant_only ON {table} USING ({column} = {CURRENT}) WITH CHECK ({column} = {CURRENT})"
        )
    for table in CROSSED:
        op.execute(f"CREATE POLICY owner_only ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")


def downgrade() -> None:
    """Remove the policies."""
    for table in CROSSED:
        op.execute(f"DROP POLICY owner_only ON {table}")
    for table in ("inquilinos", *TABLES):
        op.execute(f"DROP POLICY tenant_only ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
