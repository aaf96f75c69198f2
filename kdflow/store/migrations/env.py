"""How Alembic finds the tables and the connection."""

from alembic import context

from kdflow.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Row.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
