"""The version of the partnership's logo, so that no page reads the picture to link to it."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and fill it for a logo that stands."""
    op.add_column(
        "partnership",
        sa.Column("logo_version", sa.String(length=10), server_default="", nullable=False),
    )
    connection = op.get_bind()
    png = connection.scalar(sa.text("SELECT logo_png FROM partnership WHERE id = 1"))
    if png:
        connection.execute(
            sa.text("UPDATE partnership SET logo_version = :version WHERE id = 1"),
            {"version": hashlib.sha256(png).hexdigest()[:10]},
        )


def downgrade() -> None:
    """Take the column away: the version can be worked out again."""
    op.drop_column("partnership", "logo_version")
