"""The tables as SQLAlchemy sees them. The migrations create them; names follow the reference guide."""

from sqlalchemy import (
    REAL,
    UUID,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()


def _id() -> Column[object]:
    return Column("id", UUID, primary_key=True)


def _tenant() -> Column[object]:
    return Column("tenant_id", UUID, ForeignKey("inquilinos.id"), nullable=False)


def _moment(name: str, *, required: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required, server_default=func.now() if required else None)


tenants = Table("inquilinos", metadata, _id(), Column("nombre", Text), _moment("created_at", required=True))

api_keys = Table(
    "claves_api",
    metadata,
    _id(),
    _tenant(),
    Column("nombre", Text, nullable=False),
    Column("huella", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    _moment("created_at", required=True),
    _moment("revoked_at"),
)

audit_log = Table(
    "logs_auditoria",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _tenant(),
    Column("actor", Text, nullable=False),
    Column("accion", Text, nullable=False),
    Column("recurso", Text, nullable=False),
    _moment("timestamp", required=True),
)

agents = Table(
    "agentes",
    metadata,
    _id(),
    _tenant(),
    Column("nombre", Text, nullable=False),
    Column("tipo", Text, nullable=False),
    Column("estado", Text, nullable=False),
    Column("instrucciones", Text, nullable=False),
    Column("herramientas", ARRAY(Text), nullable=False),
    _moment("created_at", required=True),
    _moment("updated_at", required=True),
)

executions = Table(
    "ejecuciones",
    metadata,
    _id(),
    _tenant(),
    Column("agente_id", UUID, ForeignKey("agentes.id"), nullable=False),
    Column("entrada", Text, nullable=False),
    Column("estado", Text, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("fallos", Integer, nullable=False, server_default="0"),
    Column("caidas", Integer, nullable=False, server_default="0"),
    _moment("lease_until"),
    Column("respuesta", Text),
    Column("citas", JSONB, nullable=False, server_default="[]"),
    Column("modelo", Text),
    Column("simulado", Boolean),
    Column("error", Text),
    _moment("created_at", required=True),
    _moment("started_at"),
    _moment("finished_at"),
)

events = Table(
    "eventos_ejecucion",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _tenant(),
    Column("ejecucion_id", UUID, ForeignKey("ejecuciones.id"), nullable=False),
    Column("tipo", Text, nullable=False),
    Column("datos", JSONB, nullable=False),
    _moment("created_at", required=True),
)

journal = Table(
    "diario_ejecucion",
    metadata,
    _tenant(),
    Column("ejecucion_id", UUID, ForeignKey("ejecuciones.id"), primary_key=True),
    Column("clase", Text, primary_key=True),
    Column("clave", Text, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("contenido", JSONB, nullable=False),
    _moment("created_at", required=True),
)

outbox = Table(
    "salida",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _tenant(),
    Column("ejecucion_id", UUID, ForeignKey("ejecuciones.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    _moment("available_at", required=True),
    _moment("published_at"),
)

idempotency_keys = Table(
    "claves_idempotencia",
    metadata,
    Column("tenant_id", UUID, ForeignKey("inquilinos.id"), primary_key=True),
    Column("clave", Text, primary_key=True),
    Column("huella", Text, nullable=False),
    Column("ejecucion_id", UUID, ForeignKey("ejecuciones.id"), nullable=False),
    _moment("created_at", required=True),
)

effects = Table(
    "efectos_herramienta",
    metadata,
    Column("tenant_id", UUID, ForeignKey("inquilinos.id"), primary_key=True),
    Column("clave", Text, primary_key=True),
    Column("herramienta", Text, nullable=False),
    Column("huella", Text, nullable=False),
    Column("resultado", JSONB, nullable=False),
    _moment("created_at", required=True),
)

documents = Table(
    "documentos_conocimiento",
    metadata,
    _id(),
    _tenant(),
    Column("titulo", Text, nullable=False),
    Column("categoria", Text, nullable=False),
    Column("clasificacion", Text, nullable=False),
    Column("idioma", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("blob", Text, nullable=False),
    _moment("created_at", required=True),
)

chunks = Table(
    "fragmentos_conocimiento",
    metadata,
    _id(),
    _tenant(),
    Column("documento_id", UUID, ForeignKey("documentos_conocimiento.id"), nullable=False),
    Column("posicion", Integer, nullable=False),
    Column("seccion", Text, nullable=False),
    Column("texto", Text, nullable=False),
    Column("embedding", ARRAY(REAL), nullable=False),
)
