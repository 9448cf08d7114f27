"""Community bodies."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("name_key", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("is_constituted", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("interests", sa.String(length=300), nullable=False),
        sa.Column("contact_role", sa.String(length=60), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("represents_disadvantage", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("regard_decided_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reference_hash", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('place','interest','both')", name=op.f("ck_community_body_basis_known")
        ),
        sa.CheckConstraint(
            "represents_disadvantage = false OR evidence <> ''",
            name=op.f("ck_community_body_regard_has_evidence"),
        ),
        sa.CheckConstraint(
            "stage <> 'declined' OR (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_community_body_declined_has_reason"),
        ),
        sa.CheckConstraint(
            "stage IN ('proposed','registered','declined','dormant')",
            name=op.f("ck_community_body_stage_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_body")),
        sa.UniqueConstraint("name_key", name=op.f("uq_community_body_name_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_community_body_public_id")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_community_body_reference_hash")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_body_slug")),
    )
    op.create_index(op.f("ix_community_body_stage"), "community_body", ["stage"], unique=False)
    op.create_table(
        "participation_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "level IN ('none','inform','consult','involve','collaborate','empower')",
            name=op.f("ck_participation_wish_level_known"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_participation_wish_body_id_community_body"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_wish")),
    )
    op.create_index(
        op.f("ix_participation_wish_body_id"), "participation_wish", ["body_id"], unique=False
    )
    op.create_table(
        "representative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "part IN ('secretary','member','reader')", name=op.f("ck_representative_part_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_representative_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_representative_body_id_community_body"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
        sa.UniqueConstraint(
            "body_id", "account_id", name=op.f("uq_representative_body_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_representative_account_id"), "representative", ["account_id"], unique=False
    )
    op.create_table(
        "body_locality",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_body_locality_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_body_locality_locality_id_locality")
        ),
        sa.PrimaryKeyConstraint("body_id", "locality_id", name=op.f("pk_body_locality")),
    )


def downgrade() -> None:
    op.drop_table("body_locality")
    op.drop_index(op.f("ix_representative_account_id"), table_name="representative")
    op.drop_table("representative")
    op.drop_index(op.f("ix_participation_wish_body_id"), table_name="participation_wish")
    op.drop_table("participation_wish")
    op.drop_index(op.f("ix_community_body_stage"), table_name="community_body")
    op.drop_table("community_body")
