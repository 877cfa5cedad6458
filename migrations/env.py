"""Alembic's entry: it is always handed an open connection by `outreach.core.migrate`."""

from alembic import context

from outreach.schema import metadata


def render_item(kind, item, autogen_context):
    """Migrations are history: they must not import today's code."""
    return "sa.DateTime()" if type(item).__name__ == "UtcDateTime" else False


context.configure(
    render_item=render_item,
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot ALTER: batch mode rebuilds the table instead
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
