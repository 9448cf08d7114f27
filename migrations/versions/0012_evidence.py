"""Published evidence."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("index_id", sa.Integer(), nullable=False),
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["estimate_id"],
            ["population_estimate.id"],
            name=op.f("fk_published_evidence_estimate_id_population_estimate"),
        ),
        sa.ForeignKeyConstraint(
            ["index_id"],
            ["deprivation_index.id"],
            name=op.f("fk_published_evidence_index_id_deprivation_index"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["account.id"],
            name=op.f("fk_published_evidence_published_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_evidence")),
        sa.UniqueConstraint(
            "year_start", "edition", name=op.f("uq_published_evidence_year_start_edition")
        ),
    )


def downgrade() -> None:
    op.drop_table("published_evidence")
