"""A round may hold its vote online and its vote in person as two contests.

And on SQLite a vote may be changed where its own round allows it, whatever another round says:
without parentheses the guard asked whether any round of the database forbids it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CHANGES = "ballot_changes_by_the_rules"
ANY_ROUND = "AND r.is_imported OR NOT r.allow_change)"
OWN_ROUND = "AND (r.is_imported OR NOT r.allow_change))"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE round ADD COLUMN separate_contests BOOLEAN NOT NULL DEFAULT false "
        "CONSTRAINT ck_round_contests_need_paper CHECK (takes_paper OR NOT separate_contests)"
    )
    _guard_changes(ANY_ROUND, OWN_ROUND)


def downgrade() -> None:
    """Go back; rounds with two contests must be gone first."""
    other = op.get_bind().scalar(sa.text("SELECT count(*) FROM round WHERE separate_contests"))
    if other:
        raise RuntimeError(f"{other} rounds hold two contests, which the older version does not")
    _guard_changes(OWN_ROUND, ANY_ROUND)
    op.execute("ALTER TABLE round DROP COLUMN separate_contests")


def _guard_changes(old: str, new: str) -> None:
    run = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name == "sqlite":
        sql = run(f"SELECT sql FROM sqlite_master WHERE name = '{CHANGES}'").scalar_one()
        run(f"DROP TRIGGER {CHANGES}")
        run(sql.replace(old, new, 1))
