"""A round may hold its vote online and its vote in person as two contests."""

from alembic import op

revision = "0030"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE round ADD COLUMN separate_contests BOOLEAN NOT NULL DEFAULT false "
        "CONSTRAINT ck_round_contests_need_paper CHECK (takes_paper OR NOT separate_contests)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE round DROP COLUMN separate_contests")
