"""An index that finds the wish that counts of a body without reading the others."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TABLE = "participation_wish"
#: The new index, and the one that begins alike and is no longer needed.
COUNTS = ("ix_participation_wish_counts", ["body_id", "topic_key", "stage", "id"])
SHORTER = ("ix_participation_wish_body_id", ["body_id"])


def upgrade() -> None:
    op.create_index(COUNTS[0], TABLE, COUNTS[1])
    op.drop_index(SHORTER[0], table_name=TABLE)


def downgrade() -> None:
    op.create_index(SHORTER[0], TABLE, SHORTER[1])
    op.drop_index(COUNTS[0], table_name=TABLE)
