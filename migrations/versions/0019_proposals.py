"""Photographs in two sizes, each with the words for who can't see it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_picture()


def downgrade() -> None:
    op.drop_table("picture")


def _make_picture() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("alt", sa.String(250), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("large_width", sa.Integer(), nullable=False),
        sa.Column("large_height", sa.Integer(), nullable=False),
        sa.Column("uploaded_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(trim(alt)) > 0", name=op.f("ck_picture_alt_given")),
        sa.CheckConstraint(
            "length(small) BETWEEN 1 AND 150000", name=op.f("ck_picture_small_bytes")
        ),
        sa.CheckConstraint(
            "small_width BETWEEN 1 AND 480 AND small_height BETWEEN 1 AND 960",
            name=op.f("ck_picture_small_pixels"),
        ),
        sa.CheckConstraint(
            "length(large) BETWEEN 1 AND 800000", name=op.f("ck_picture_large_bytes")
        ),
        sa.CheckConstraint(
            "large_width BETWEEN 1 AND 1200 AND large_height BETWEEN 1 AND 2400",
            name=op.f("ck_picture_large_pixels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("public_id", name=op.f("uq_picture_public_id")),
    )
