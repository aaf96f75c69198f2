"""What a search shows of a closed sag is read, too."""

from alembic import op

revision = "0016"
down_revision = "0015"

BEFORE = "what in ('page', 'paper', 'agenda', 'minutes', 'export', 'api')"
AFTER = "what in ('page', 'paper', 'agenda', 'minutes', 'search', 'export', 'api')"


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint(op.f("ck_reading_what"), type_="check")
        batch.create_check_constraint(op.f("ck_reading_what"), AFTER)


def downgrade() -> None:
    """Take the schema back; what was noted of searches is then noted as of a list."""
    op.execute(
        "delete from reading where what = 'search' and exists (select 1 from reading other "
        "where other.sag = reading.sag and other.person = reading.person and other.hour = reading.hour "
        "and other.what = 'export')"
    )
    op.execute("update reading set what = 'export' where what = 'search'")
    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint(op.f("ck_reading_what"), type_="check")
        batch.create_check_constraint(op.f("ck_reading_what"), BEFORE)
