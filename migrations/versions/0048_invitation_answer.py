"""What a group answers to what it was asked."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_answer",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer IN ('yes','no','unsure')", name=op.f("ck_invitation_answer_answer_known")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_answer_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["account.id"],
            name=op.f("fk_invitation_answer_answered_by_account"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation_answer")),
    )


def downgrade() -> None:
    op.drop_table("invitation_answer")
