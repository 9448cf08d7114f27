"""The hall's own stations, a self-check that is only begun, and that an award's holder was checked."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

FEATURES = (
    "'fair','participatory','deliberative','empowering','creative','transparent','democratic'"
)
#: Table, event, name and condition of each guard, and its words.
GUARDS = (
    (
        "award_check",
        "INSERT",
        "is_of_a_holder",
        "NOT EXISTS (SELECT 1 FROM award a WHERE a.id = NEW.award_id "
        "AND a.stage IN ('accepted', 'under_way'))",
        "who holds the money of an award is checked once it is accepted, while it runs",
    ),
    (
        "award_check",
        "UPDATE",
        "stays_but_for_its_note",
        "NEW.award_id <> OLD.award_id OR NEW.checked_at <> OLD.checked_at "
        "OR NEW.checked_by <> OLD.checked_by OR (NEW.note <> OLD.note AND NEW.note <> '')",
        "who checked an award, and when, stays; its note is wiped, never written again",
    ),
    (
        "award_check",
        "DELETE",
        "is_kept",
        "OLD.award_id IS NOT NULL",
        "that an award was checked is kept",
    ),
)


def upgrade() -> None:
    op.add_column(
        "paper_batch",
        sa.Column("in_hall", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "charter_draft",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(length=6), nullable=False),
        sa.Column("feature", sa.String(length=14), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "moment IN ('before','after')", name=op.f("ck_charter_draft_moment_known")
        ),
        sa.CheckConstraint(f"feature IN ({FEATURES})", name=op.f("ck_charter_draft_feature_known")),
        sa.CheckConstraint(
            "answer IN ('','yes','partly','no')", name=op.f("ck_charter_draft_answer_known")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_charter_draft_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "moment", "feature", name=op.f("pk_charter_draft")),
    )
    op.create_table(
        "award_check",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_check_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name=op.f("fk_award_check_checked_by_account")
        ),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_award_check")),
    )
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, _condition, _message in reversed(GUARDS):
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION {table}_{name}()")
    op.drop_table("award_check")
    op.drop_table("charter_draft")
    op.execute("ALTER TABLE paper_batch DROP COLUMN in_hall")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str, event: str, name: str, condition: str, message: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
            f"WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {row}; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"
    )
