"""The only ways across tenants: functions of the owner that the application role may call."""

from alembic import op

revision = "0003"
down_revision = "0002"

FIND_KEY = """
CREATE FUNCTION clave_por_huella(buscada text) RETURNS TABLE (id uuid, tenant_id uuid, scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id, tenant_id, scopes FROM claves_api WHERE huella = buscada AND revoked_at IS NULL
$$
"""

# Row locks last until the caller's transaction ends, so two relays never publish the same row together.
PENDING = """
CREATE FUNCTION salida_pendiente(cuantas integer)
RETURNS TABLE (id bigint, tenant_id uuid, ejecucion_id uuid, attempt integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id, tenant_id, ejecucion_id, attempt FROM salida
    WHERE published_at IS NULL AND available_at <= now()
    ORDER BY available_at LIMIT cuantas FOR UPDATE SKIP LOCKED
$$
"""

PUBLISHED = """
CREATE FUNCTION salida_publicada(filas bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE salida SET published_at = now() WHERE id = ANY(filas)
$$
"""

# A running execution whose lease ran out lost its worker. A new attempt number fences that worker off, should
# it only have been slow; after `limite` such losses the execution is quarantined.
EXPIRED = """
CREATE FUNCTION barrer_caidas(limite integer) RETURNS TABLE (ejecucion_id uuid, resultado text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH perdidas AS (
        SELECT id FROM ejecuciones WHERE estado = 'running' AND lease_until < now()
        ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED
    ), cambiadas AS (
        UPDATE ejecuciones e SET
            attempt = e.attempt + 1, caidas = e.caidas + 1, lease_until = NULL,
            estado = CASE WHEN e.caidas + 1 >= limite THEN 'quarantined' ELSE 'queued' END,
            error = CASE WHEN e.caidas + 1 >= limite
                THEN 'The worker was lost ' || (e.caidas + 1) || ' times; not tried again.' END,
            finished_at = CASE WHEN e.caidas + 1 >= limite THEN now() END
        FROM perdidas WHERE e.id = perdidas.id
        RETURNING e.id, e.tenant_id, e.attempt, e.estado, e.error
    ), encoladas AS (
        INSERT INTO salida (tenant_id, ejecucion_id, attempt)
        SELECT tenant_id, id, attempt FROM cambiadas WHERE estado = 'queued'
    ), avisadas AS (
        INSERT INTO eventos_ejecucion (tenant_id, ejecucion_id, tipo, datos)
        SELECT tenant_id, id, CASE estado WHEN 'queued' THEN 'requeued' ELSE estado END,
            jsonb_build_object('attempt', attempt, 'reason', COALESCE(error, 'the worker was lost'))
        FROM cambiadas
    )
    SELECT id, estado FROM cambiadas
$$
"""

# Only called when the broker says that it holds nothing: what is queued and published was forgotten by it.
FORGOTTEN = """
CREATE FUNCTION barrer_olvidadas(segundos integer) RETURNS TABLE (ejecucion_id uuid, resultado text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH olvidadas AS (
        SELECT e.id FROM ejecuciones e JOIN salida s ON s.ejecucion_id = e.id AND s.attempt = e.attempt
        WHERE e.estado = 'queued' AND s.published_at < now() - make_interval(secs => segundos)
        ORDER BY e.created_at LIMIT 500 FOR UPDATE OF e SKIP LOCKED
    ), cambiadas AS (
        UPDATE ejecuciones e SET attempt = e.attempt + 1
        FROM olvidadas WHERE e.id = olvidadas.id
        RETURNING e.id, e.tenant_id, e.attempt, e.estado
    ), encoladas AS (
        INSERT INTO salida (tenant_id, ejecucion_id, attempt) SELECT tenant_id, id, attempt FROM cambiadas
    )
    SELECT id, estado FROM cambiadas
$$
"""

COUNTS = """
CREATE FUNCTION fragmentos_por_inquilino() RETURNS TABLE (tenant_id uuid, fragmentos bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT i.id, count(f.id) FROM inquilinos i LEFT JOIN fragmentos_conocimiento f ON f.tenant_id = i.id GROUP BY i.id
$$
"""

PURGE = """
CREATE FUNCTION purgar_salida(segundos integer) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH viejas AS (
        DELETE FROM salida s USING ejecuciones e
        WHERE e.id = s.ejecucion_id AND s.published_at < now() - make_interval(secs => segundos)
            AND (s.attempt < e.attempt OR e.estado NOT IN ('queued', 'running'))
        RETURNING 1
    )
    SELECT count(*) FROM viejas
$$
"""

SIGNATURES = (
    "clave_por_huella(text)", "salida_pendiente(integer)", "salida_publicada(bigint[])", "barrer_caidas(integer)",
    "barrer_olvidadas(integer)", "fragmentos_por_inquilino()", "purgar_salida(integer)",
)  # fmt: skip


def upgrade() -> None:
    """Create the functions; nobody may call them until `runtime.kit.migrate` grants them to the application
    role.
    """
    for ddl in (FIND_KEY, PENDING, PUBLISHED, EXPIRED, FORGOTTEN, COUNTS, PURGE):
        op.execute(ddl)
    for signature in SIGNATURES:
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")


def downgrade() -> None:
    """Drop the functions."""
    for signature in SIGNATURES:
        op.execute(f"DROP FUNCTION {signature}")
