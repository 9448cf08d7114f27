"""The partnership and its partners."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_statutory", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('council','health_board','police','fire','enterprise','college','third_sector','other')",
            name=op.f("ck_partner_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "partnership",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=True),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("logo_png", sa.LargeBinary(), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_partnership_one_row")),
        sa.ForeignKeyConstraint(
            ["council_code"], ["council.code"], name=op.f("fk_partnership_council_code_council")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
    )


def downgrade() -> None:
    op.drop_table("partnership")
    op.drop_table("partner")
