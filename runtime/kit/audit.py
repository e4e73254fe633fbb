"""The audit log: one row for each write, in the same transaction as the write."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.kit.tables import audit_log
from runtime.kit.tokens import Principal


async def record(connection: AsyncConnection, principal: Principal, action: str, resource: str) -> None:
    """Note that `principal` did `action` (for example `agent.create`) to `resource` (kind/id)."""
    await connection.execute(
        insert(audit_log).values(tenant_id=principal.tenant, actor=principal.subject, accion=action, recurso=resource)
    )
