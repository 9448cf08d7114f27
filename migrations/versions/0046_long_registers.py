"""Indexes that answer the questions of long registers: thousands of groups, offers and attempts."""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

#: Table, name and columns of each index.
INDEXES = (
    ("community_body", "ix_community_body_by_name", ["stage", "name_key", "id"]),
    ("invitation", "ix_invitation_asked", ["body_id", "invited_at", "engagement_id"]),
    (
        "outreach_attempt",
        "ix_outreach_attempt_in_year",
        ["on_day", "body_id", "channel", "response"],
    ),
)
#: Those that begin alike and are no longer needed.
SHORTER = (
    ("community_body", "ix_community_body_stage", ["stage"]),
    ("invitation", "ix_invitation_body_id", ["body_id"]),
    ("outreach_attempt", "ix_outreach_attempt_on_day", ["on_day"]),
)


def upgrade() -> None:
    for table, name, columns in INDEXES:
        op.create_index(name, table, columns)
    for table, name, _columns in SHORTER:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for table, name, columns in SHORTER:
        op.create_index(name, table, columns)
    for table, name, _columns in INDEXES:
        op.drop_index(name, table_name=table)
