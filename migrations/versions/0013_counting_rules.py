"""The counting rules that a round may declare, frozen with its others."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD = "rule IN ('greedy')"
NEW = "rule IN ('greedy','greedy-stop','greedy-per-cost','equal-shares')"
FROZEN = "the rules are fixed: people rely on them"
COLUMNS = {
    "completion": (
        "VARCHAR(20) NOT NULL DEFAULT 'none' CONSTRAINT ck_round_completion_known CHECK "
        "(completion IN ('none','add1','add1e','utilitarian','add1-utilitarian') "
        "AND (completion = 'none' OR rule = 'equal-shares'))"
    ),
    "comparison": (
        "BOOLEAN NOT NULL DEFAULT false CONSTRAINT ck_round_comparison_of_equal_shares CHECK "
        "(NOT comparison OR rule = 'equal-shares')"
    ),
    "increment_pence": (
        "BIGINT NOT NULL DEFAULT 100 CONSTRAINT ck_round_increment_positive CHECK "
        "(increment_pence > 0)"
    ),
    "threshold": (
        "INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_round_threshold_not_negative CHECK "
        "(threshold >= 0)"
    ),
}


def upgrade() -> None:
    _allow(NEW, OLD)
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE round ADD COLUMN {name} {definition}")
    if _is_sqlite():
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in COLUMNS)
        op.execute(
            "CREATE TRIGGER round_keeps_its_counting_rule BEFORE UPDATE ON round "
            f"WHEN OLD.stage <> 'preparing' AND ({changed}) "
            f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in COLUMNS)
    op.execute(
        "CREATE FUNCTION guard_counting_rule() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF OLD.stage <> 'preparing' AND ({changed}) THEN "
        f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $guard$"
    )
    op.execute(
        "CREATE TRIGGER guard_counting_rule BEFORE UPDATE ON round "
        "FOR EACH ROW EXECUTE FUNCTION guard_counting_rule()"
    )


def downgrade() -> None:
    """Go back; rounds that declare another rule must be gone first."""
    other = op.get_bind().scalar(sa.text("SELECT count(*) FROM round WHERE rule <> 'greedy'"))
    if other:
        raise RuntimeError(f"{other} rounds declare a rule that the older version can't count")
    if _is_sqlite():
        op.execute("DROP TRIGGER round_keeps_its_counting_rule")
    else:
        op.execute("DROP TRIGGER guard_counting_rule ON round")
        op.execute("DROP FUNCTION guard_counting_rule()")
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE round DROP COLUMN {name}")
    _allow(OLD, NEW)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _allow(new: str, old: str) -> None:
    """Change the check on the rule. SQLite does it in the schema, as its manual describes.

    Making the table anew, which is the other way there, would lose its triggers.
    """
    if not _is_sqlite():
        op.drop_constraint("ck_round_rule_known", "round")
        op.create_check_constraint(op.f("ck_round_rule_known"), "round", new)
        return
    op.execute("PRAGMA writable_schema = ON")
    statement = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
        "WHERE type = 'table' AND name = 'round'"
    )
    op.get_bind().execute(statement, {"old": old, "new": new})
    op.execute("PRAGMA writable_schema = RESET")
