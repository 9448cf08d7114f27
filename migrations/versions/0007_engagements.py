"""Engagements, invitations, participation facts."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "engagement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("open_to_change", sa.Text(), nullable=False),
        sa.Column("fixed", sa.Text(), nullable=False),
        sa.Column("methods", sa.Text(), nullable=False),
        sa.Column("support_offered", sa.Text(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("lead_partner_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fixed <> ''", name=op.f("ck_engagement_scope_fixed_given")),
        sa.CheckConstraint(
            "kind IN ('consultation','round','event')", name=op.f("ck_engagement_kind_known")
        ),
        sa.CheckConstraint(
            "level IN ('inform','consult','involve','collaborate','empower')",
            name=op.f("ck_engagement_level_known"),
        ),
        sa.CheckConstraint("open_to_change <> ''", name=op.f("ck_engagement_scope_open_given")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_engagement_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["lead_partner_id"], ["partner.id"], name=op.f("fk_engagement_lead_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_engagement_locality_id_locality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint("slug", name=op.f("uq_engagement_slug")),
    )
    op.create_index(op.f("ix_engagement_closes_at"), "engagement", ["closes_at"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("wish", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("invited_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("told_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "level IN ('inform','consult','involve','collaborate','empower')",
            name=op.f("ck_invitation_level_known"),
        ),
        sa.CheckConstraint(
            "wish IN ('','none','inform','consult','involve','collaborate','empower')",
            name=op.f("ck_invitation_wish_known"),
        ),
        sa.CheckConstraint(
            "reason <> '' OR "
            "CASE level WHEN 'inform' THEN 1 WHEN 'consult' THEN 2 WHEN 'involve' THEN 3 "
            "WHEN 'collaborate' THEN 4 WHEN 'empower' THEN 5 ELSE 0 END >= "
            "CASE wish WHEN 'inform' THEN 1 WHEN 'consult' THEN 2 WHEN 'involve' THEN 3 "
            "WHEN 'collaborate' THEN 4 WHEN 'empower' THEN 5 ELSE 0 END",
            name=op.f("ck_invitation_less_than_wish_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_invitation_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_invitation_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["account.id"], name=op.f("fk_invitation_invited_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "engagement_id", "body_id", name=op.f("uq_invitation_engagement_id_body_id")
        ),
    )
    op.create_index(op.f("ix_invitation_body_id"), "invitation", ["body_id"], unique=False)
    op.create_table(
        "participation_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("zone_code", sa.String(length=9), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(place IN ('matched','outside')) OR zone_code IS NULL",
            name=op.f("ck_participation_fact_zone_known"),
        ),
        sa.CheckConstraint(
            "act IN ('response','ballot','proposal','attendance')",
            name=op.f("ck_participation_fact_act_known"),
        ),
        sa.CheckConstraint(
            "channel IN ('online','paper','desk','assisted','imported','event')",
            name=op.f("ck_participation_fact_channel_known"),
        ),
        sa.CheckConstraint(
            "place <> 'matched' OR zone_code IS NOT NULL",
            name=op.f("ck_participation_fact_matched_has_zone"),
        ),
        sa.CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')",
            name=op.f("ck_participation_fact_place_known"),
        ),
        sa.CheckConstraint("people >= 1", name=op.f("ck_participation_fact_people_at_least_one")),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_participation_fact_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_participation_fact_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"],
            ["data_zone.code"],
            name=op.f("fk_participation_fact_zone_code_data_zone"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_fact")),
    )
    op.create_index(
        op.f("ix_participation_fact_engagement_id"),
        "participation_fact",
        ["engagement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_participation_fact_on_day"), "participation_fact", ["on_day"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_participation_fact_on_day"), table_name="participation_fact")
    op.drop_index(op.f("ix_participation_fact_engagement_id"), table_name="participation_fact")
    op.drop_table("participation_fact")
    op.drop_index(op.f("ix_invitation_body_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_engagement_closes_at"), table_name="engagement")
    op.drop_table("engagement")
