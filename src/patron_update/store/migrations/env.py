"""How Alembic reaches the patron database: over the connection that `patron_update.store.migration` hands in."""

from alembic import context

from patron_update.store.connecting import SCHEMA

context.configure(connection=context.config.attributes["connection"], version_table_schema=SCHEMA)
with context.begin_transaction():
    context.run_migrations()
