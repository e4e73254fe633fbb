"""Alembic's entry: runs the revisions on the connection that `runtime.kit.migrate` opened."""

from alembic import context
from sqlalchemy import Connection

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)  # noqa: S101 - only runtime.kit.migrate runs this
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
