"""The tables and the reference guide's four indexes."""

from alembic import op

revision = "0001"
down_revision = None

TENANCY = """
CREATE TABLE inquilinos (
    id uuid PRIMARY KEY,
    nombre text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE claves_api (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    nombre text NOT NULL,
    huella char(64) NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE TABLE logs_auditoria (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    actor text NOT NULL,
    accion text NOT NULL,
    recurso text NOT NULL,
    "timestamp" timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_logs_auditoria_timestamp ON logs_auditoria ("timestamp");
"""

AGENTS = """
CREATE TABLE agentes (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    nombre text NOT NULL,
    tipo text NOT NULL,
    estado text NOT NULL CHECK (estado IN ('active', 'paused')),
    instrucciones text NOT NULL,
    herramientas text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, nombre)
);
CREATE INDEX idx_agentes_tipo_estado ON agentes (tipo, estado);
CREATE TABLE ejecuciones (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    agente_id uuid NOT NULL REFERENCES agentes ON DELETE CASCADE,
    entrada text NOT NULL,
    estado text NOT NULL CHECK
        (estado IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'quarantined')),
    attempt integer NOT NULL DEFAULT 1,
    fallos integer NOT NULL DEFAULT 0,
    caidas integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    respuesta text,
    citas jsonb NOT NULL DEFAULT '[]',
    modelo text,
    simulado boolean,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX idx_ejecuciones_agente_creado ON ejecuciones (agente_id, created_at);
CREATE INDEX idx_ejecuciones_lease ON ejecuciones (lease_until) WHERE estado = 'running';
CREATE INDEX idx_ejecuciones_cola ON ejecuciones (created_at) WHERE estado = 'queued';
CREATE TABLE eventos_ejecucion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    ejecucion_id uuid NOT NULL REFERENCES ejecuciones ON DELETE CASCADE,
    tipo text NOT NULL,
    datos jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_eventos_ejecucion ON eventos_ejecucion (ejecucion_id, id);
CREATE UNIQUE INDEX idx_eventos_terminal ON eventos_ejecucion (ejecucion_id)
    WHERE tipo IN ('completed', 'failed', 'cancelled', 'quarantined');
"""

DURABILITY = """
CREATE TABLE diario_ejecucion (
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    ejecucion_id uuid NOT NULL REFERENCES ejecuciones ON DELETE CASCADE,
    clase text NOT NULL CHECK (clase IN ('model', 'tool')),
    clave text NOT NULL,
    attempt integer NOT NULL,
    contenido jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (ejecucion_id, clase, clave)
);
CREATE TABLE salida (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    ejecucion_id uuid NOT NULL REFERENCES ejecuciones ON DELETE CASCADE,
    attempt integer NOT NULL,
    available_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    UNIQUE (ejecucion_id, attempt)
);
CREATE INDEX idx_salida_pendiente ON salida (available_at) WHERE published_at IS NULL;
CREATE TABLE claves_idempotencia (
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    clave text NOT NULL,
    huella char(64) NOT NULL,
    ejecucion_id uuid NOT NULL REFERENCES ejecuciones ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, clave)
);
CREATE TABLE efectos_herramienta (
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    clave text NOT NULL,
    herramienta text NOT NULL,
    huella char(64) NOT NULL,
    resultado jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, clave)
);
"""

KNOWLEDGE = """
CREATE TABLE documentos_conocimiento (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    titulo text NOT NULL,
    categoria text NOT NULL,
    clasificacion text NOT NULL,
    idioma text NOT NULL,
    bytes integer NOT NULL,
    blob text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_documentos_conocimiento_categoria ON documentos_conocimiento (categoria, clasificacion);
CREATE TABLE fragmentos_conocimiento (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES inquilinos ON DELETE CASCADE,
    documento_id uuid NOT NULL REFERENCES documentos_conocimiento ON DELETE CASCADE,
    posicion integer NOT NULL,
    seccion text NOT NULL,
    texto text NOT NULL,
    embedding real[] NOT NULL,
    UNIQUE (documento_id, posicion)
);
"""


def upgrade() -> None:
    """Create every table."""
    for ddl in (TENANCY, AGENTS, DURABILITY, KNOWLEDGE):
        for statement in ddl.split(";\n"):
            if statement.strip():
                op.execute(statement)


def downgrade() -> None:
    """Drop every table, with its rows."""
    op.execute(
        "DROP TABLE fragmentos_conocimiento, documentos_conocimiento, efectos_herramienta, claves_idempotencia,"
        " salida, diario_ejecucion, eventos_ejecucion, ejecuciones, agentes, logs_auditoria, claves_api, inquilinos"
    )
