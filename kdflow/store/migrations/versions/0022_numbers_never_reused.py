"""The number of a task or a remark that was taken back is never another's: SQLite gives it again otherwise."""

from alembic import op

revision = "0022"
down_revision = "0021"

TABLES = ("task", "remark")


def upgrade() -> None:
    """Bring the schema forward."""
    _made_anew(sqlite_autoincrement=True)


def downgrade() -> None:
    """Take the schema back."""
    _made_anew(sqlite_autoincrement=False)


def _made_anew(*, sqlite_autoincrement: bool) -> None:
    """PostgreSQL counts on by itself."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in TABLES:
        given = {"sqlite_autoincrement": sqlite_autoincrement}
        with op.batch_alter_table(table, recreate="always", table_kwargs=given):
            pass
