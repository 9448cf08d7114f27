"""Findings and influences."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('need','opportunity','view')", name=op.f("ck_finding_kind_known")
        ),
        sa.CheckConstraint("statement <> ''", name=op.f("ck_finding_statement_given")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_finding_engagement_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "engagement_id", "number", name=op.f("uq_finding_engagement_id_number")
        ),
    )
    op.create_table(
        "finding_source",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('response','comment','proposal')", name=op.f("ck_finding_source_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_source_finding_id_finding")
        ),
        sa.PrimaryKeyConstraint("finding_id", "kind", "source_id", name=op.f("pk_finding_source")),
    )
    op.create_index(
        "ix_finding_source_kind_source_id", "finding_source", ["kind", "source_id"], unique=False
    )
    op.create_table(
        "influence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=True),
        sa.Column("effect", sa.String(length=12), nullable=False),
        sa.Column("before_text", sa.Text(), nullable=True),
        sa.Column("after_text", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("told_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "effect <> 'changed' OR (priority_id IS NOT NULL AND before_text IS NOT NULL AND after_text IS NOT NULL AND before_text <> after_text)",
            name=op.f("ck_influence_change_has_texts"),
        ),
        sa.CheckConstraint(
            "effect <> 'confirmed' OR priority_id IS NOT NULL",
            name=op.f("ck_influence_confirmed_what"),
        ),
        sa.CheckConstraint(
            "effect IN ('changed','confirmed','not_taken_up')",
            name=op.f("ck_influence_effect_known"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_influence_reason_given")),
        sa.CheckConstraint("decided_by <> ''", name=op.f("ck_influence_decided_by_given")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_influence_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"], ["priority.id"], name=op.f("fk_influence_priority_id_priority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_influence")),
        sa.UniqueConstraint(
            "finding_id", "priority_id", name=op.f("uq_influence_finding_id_priority_id")
        ),
    )
    op.create_index(
        "uq_influence_no_priority",
        "influence",
        ["finding_id"],
        unique=True,
        sqlite_where=sa.text("priority_id IS NULL"),
        postgresql_where=sa.text("priority_id IS NULL"),
    )
    op.create_index(op.f("ix_influence_finding_id"), "influence", ["finding_id"], unique=False)
    op.create_index(op.f("ix_influence_priority_id"), "influence", ["priority_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_influence_priority_id"), table_name="influence")
    op.drop_index(op.f("ix_influence_finding_id"), table_name="influence")
    op.drop_index("uq_influence_no_priority", table_name="influence")
    op.drop_table("influence")
    op.drop_index("ix_finding_source_kind_source_id", table_name="finding_source")
    op.drop_table("finding_source")
    op.drop_table("finding")
