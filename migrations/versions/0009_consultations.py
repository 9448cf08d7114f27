"""Consultations and responses."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("short_notice_reason", sa.Text(), nullable=False),
        sa.Column(
            "responses_published_at", engage.extensions.UTCDateTime(timezone=True), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "responses_published_at IS NULL OR stage = 'closed'",
            name=op.f("ck_consultation_published_once_closed"),
        ),
        sa.CheckConstraint(
            "stage IN ('preparing','open','closed')", name=op.f("ck_consultation_stage_known")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_consultation_draft_id_draft")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_consultation_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_consultation_engagement_id")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("prompt", sa.String(length=300), nullable=False),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('agreement','text')", name=op.f("ck_question_kind_known")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_question_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint(
            "consultation_id", "position", name=op.f("uq_question_consultation_id_position")
        ),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("publish", sa.String(length=12), nullable=True),
        sa.CheckConstraint(
            "stage <> 'submitted' OR publish IS NOT NULL",
            name=op.f("ck_response_submitted_says_publish"),
        ),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("started_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'submitted') = (submitted_at IS NOT NULL)",
            name=op.f("ck_response_submitted_has_time"),
        ),
        sa.CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')",
            name=op.f("ck_response_place_known"),
        ),
        sa.CheckConstraint(
            "publish IN ('with_name','without_name','no')", name=op.f("ck_response_publish_known")
        ),
        sa.CheckConstraint("stage IN ('draft','submitted')", name=op.f("ck_response_stage_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_response_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_response_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_response_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_response_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("public_id", name=op.f("uq_response_public_id")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_response_reference_hash")),
    )
    op.create_index(
        op.f("ix_response_consultation_id"), "response", ["consultation_id"], unique=False
    )
    op.create_index(
        "uq_response_account",
        "response",
        ["consultation_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("body_id IS NULL"),
        postgresql_where=sa.text("body_id IS NULL"),
    )
    op.create_index("uq_response_body", "response", ["consultation_id", "body_id"], unique=True)
    op.create_table(
        "answer",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_answer_response_id_response")
        ),
        sa.PrimaryKeyConstraint("response_id", "question_id", name=op.f("pk_answer")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"], ["paragraph.id"], name=op.f("fk_comment_paragraph_id_paragraph")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_comment_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint(
            "response_id", "paragraph_id", name=op.f("uq_comment_response_id_paragraph_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("comment")
    op.drop_table("answer")
    op.drop_index("uq_response_body", table_name="response")
    op.drop_index(
        "uq_response_account",
        table_name="response",
        sqlite_where=sa.text("body_id IS NULL"),
        postgresql_where=sa.text("body_id IS NULL"),
    )
    op.drop_index(op.f("ix_response_consultation_id"), table_name="response")
    op.drop_table("response")
    op.drop_table("question")
    op.drop_table("consultation")
