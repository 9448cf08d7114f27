"""Proposals that are withdrawn, and rounds in which people vote in the hall alone."""

import re

import sqlalchemy as sa
from alembic import op

from engage.extensions import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STAYS = "a proposal that was withdrawn stays as it was and off the ballot"
AS_RECORDED = "a proposal is withdrawn once, before the ballot is settled, as it is recorded"
ALONE = "in this round people vote on paper alone"
KEPT = "that somebody withdrew a proposal is never changed or deleted"
NOT_DECIDED = "a proposal is accepted or left out only as its newest check answers each criterion"

#: What of a proposal says something, or decides about it. Who sent it can still be forgotten.
FIXED = (
    "round_id title summary beneficiaries cost_pence smallest_pence match_pence match_from "
    "match_agreed locality_id near latitude longitude stage reason checked_cost_pence cost_reason "
    "screened_at submitted_at withdrawn_at"
).split()
_WITHDRAWN = (
    "EXISTS (SELECT 1 FROM proposal p WHERE p.id = NEW.{column} AND p.withdrawn_at IS NOT NULL)"
)
_BEFORE = (
    "EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id "
    "AND r.stage IN ('proposals', 'screening'))"
)
#: Whose author goes on with the proposal that theirs became part of, should its own leave.
_GOES_ON = (
    "EXISTS (SELECT 1 FROM proposal o WHERE o.merged_into_id = p.id AND o.withdrawn_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM proposal_withdrawal s WHERE s.successor_id = o.id))"
)
_ENTERED = "EXISTS (SELECT 1 FROM project j WHERE j.proposal_id = NEW.proposal_id)"
_RECORDED = "EXISTS (SELECT 1 FROM proposal_withdrawal w WHERE w.proposal_id = NEW.id AND w.kind = '{kind}')"

#: Guards: table, event, name, when it refuses, what it says. ``@`` is each database's own word.
GUARDS = (
    ("proposal", "UPDATE", "stays_withdrawn",
     "OLD.withdrawn_at IS NOT NULL AND ("
     + " OR ".join(f"NEW.{name} @ OLD.{name}" for name in FIXED)
     + " OR (NEW.merged_into_id @ OLD.merged_into_id))", STAYS),
    ("proposal", "UPDATE", "is_withdrawn_as_recorded",
     "OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NOT (NEW.stage = 'left_out' "
     f"AND ((NEW.merged_into_id IS NULL AND {_BEFORE} AND {_RECORDED.format(kind='whole')}) OR "
     f"(NEW.merged_into_id IS NOT NULL AND {_RECORDED.format(kind='part')})))", AS_RECORDED),
    ("proposal", "INSERT", "starts_not_withdrawn", "NEW.withdrawn_at IS NOT NULL", AS_RECORDED),
    ("proposal", "DELETE", "stays_when_withdrawn", "OLD.withdrawn_at IS NOT NULL", STAYS),
    *(
        (table, "INSERT", "is_not_of_a_withdrawn", _WITHDRAWN.format(column="proposal_id"), STAYS)
        for table in ("project", "proposal_version", "proposal_draft", "proposal_check",
                      "merge_part", "proposal_reply")
    ),
    ("proposal_withdrawal", "INSERT", "comes_in_time",
     "NOT EXISTS (SELECT 1 FROM proposal p JOIN round r ON r.id = p.round_id "
     "WHERE p.id = NEW.proposal_id AND p.withdrawn_at IS NULL AND ("
     f"(NEW.kind = 'whole' AND p.merged_into_id IS NULL AND NOT {_GOES_ON} "
     "AND r.stage IN ('proposals', 'screening')) "
     "OR (NEW.kind = 'part' AND p.merged_into_id IS NOT NULL) "
     "OR (NEW.kind = 'lead' AND EXISTS (SELECT 1 FROM proposal o WHERE o.id = NEW.successor_id "
     "AND o.merged_into_id = p.id AND o.withdrawn_at IS NULL)) "
     f"OR (NEW.kind = 'late' AND {_ENTERED} AND NOT {_GOES_ON} "
     "AND r.stage IN ('voting', 'closed', 'declared'))))",
     AS_RECORDED),
    ("round", "UPDATE", "has_only_accepted_on_its_ballot",
     "OLD.stage = 'screening' AND NEW.stage = 'voting' AND EXISTS (SELECT 1 FROM project j "
     "JOIN proposal p ON p.id = j.proposal_id WHERE j.round_id = NEW.id "
     "AND p.stage <> 'accepted')", STAYS),
    ("ballot", "INSERT", "is_on_paper_alone",
     "NEW.source <> 'paper' AND EXISTS "
     "(SELECT 1 FROM round r WHERE r.id = NEW.round_id AND r.ways = '')", ALONE),
    ("proposal_withdrawal", "UPDATE", "stays_the_same",
     "OLD.is_shown IS NOT NULL OR NOT OLD.is_public OR "
     + " OR ".join(f"NEW.{name} @ OLD.{name}" for name in (
         "id", "proposal_id", "kind", "reference_hash", "successor_id", "reason", "is_public",
         '"by"', "at")), KEPT),
    ("proposal_withdrawal", "DELETE", "stays", "true", KEPT),
)  # fmt: skip
#: SQLite lets INSERT OR REPLACE take a row's place without a word to the guards of deleting.
SQLITE_GUARDS = (
    ("proposal", "INSERT", "replaces_none_withdrawn",
     "EXISTS (SELECT 1 FROM proposal x WHERE x.withdrawn_at IS NOT NULL AND (x.id = NEW.id "
     "OR x.public_id = NEW.public_id OR x.reference_hash = NEW.reference_hash))", STAYS),
    ("proposal_withdrawal", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM proposal_withdrawal x WHERE x.id = NEW.id "
     "OR x.reference_hash = NEW.reference_hash "
     "OR (x.proposal_id = NEW.proposal_id AND x.kind <> 'lead' AND NEW.kind <> 'lead'))", KEPT),
)  # fmt: skip
_WAYS = "email account codes list desk assisted"


def _known() -> str:
    rest = "',' || ways || ','"
    for word in _WAYS.split():
        rest = f"replace({rest}, ',{word},', ',')"
    return f"ways <> '' AND {rest} = ','"


HALL_ALONE = f"(ways = '' AND takes_paper) OR ({_known()})"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE proposal ADD COLUMN withdrawn_at "
        + ("DATETIME" if _is_sqlite() else "TIMESTAMP WITH TIME ZONE")
        + " CONSTRAINT ck_proposal_withdrawn_is_left_out "
        "CHECK (withdrawn_at IS NULL OR stage = 'left_out')"
    )
    _make_withdrawals()
    _let_the_withdrawn_out(" AND NEW.withdrawn_at IS NULL")
    for guard in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        _guard(*guard)
    if not _is_sqlite():
        op.execute(
            "CREATE TRIGGER proposal_withdrawal_is_not_emptied BEFORE TRUNCATE "
            "ON proposal_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )
    _check_ways(HALL_ALONE)


def downgrade() -> None:
    """Go back; rounds without a way online and withdrawn proposals must be gone first."""
    gone = "SELECT (SELECT count(*) FROM round WHERE ways = '') + "
    found = op.get_bind().scalar(sa.text(f"{gone}(SELECT count(*) FROM proposal_withdrawal)"))
    if found:
        raise RuntimeError(f"{found} rounds or proposals are as the older version can't keep them")
    _check_ways(_known())
    for table, _, name, *_ in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    _let_the_withdrawn_out("")
    op.drop_table("proposal_withdrawal")
    op.execute("ALTER TABLE proposal DROP COLUMN withdrawn_at")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _let_the_withdrawn_out(but: str) -> None:
    """Make the guard over what is left out anew: a check decides, ``but`` for the withdrawn."""
    deciding = "(NEW.stage <> OLD.stage OR NEW.screened_at @ OLD.screened_at)"
    newest = (
        "c.number = (SELECT max(n.number) FROM proposal_check n "
        "WHERE n.proposal_id = c.proposal_id)"
    )
    fails = "EXISTS (SELECT 1 FROM check_answer k WHERE k.check_id = c.id AND k.answer = 'not_met')"
    none = "NOT EXISTS (SELECT 1 FROM criterion t WHERE t.round_id = NEW.round_id)"
    decided = (
        "EXISTS (SELECT 1 FROM proposal_check c WHERE c.proposal_id = NEW.id "
        f"AND c.decision = 'leave_out' AND {newest} "
        "AND (SELECT count(*) FROM check_answer k WHERE k.check_id = c.id) "
        "= (SELECT count(*) FROM criterion t WHERE t.round_id = NEW.round_id) "
        f"AND ({none} OR {fails}))"
    )
    name = "is_left_out_by_its_check"
    if _is_sqlite():
        op.execute(f"DROP TRIGGER proposal_{name}")
    else:
        op.execute(f"DROP TRIGGER guard_proposal_{name} ON proposal")
        op.execute(f"DROP FUNCTION guard_proposal_{name}()")
    condition = (
        f"NEW.stage = 'left_out' AND NEW.merged_into_id IS NULL{but} AND {deciding} "
        f"AND NOT {decided}"
    )
    _guard("proposal", "UPDATE", name, condition, NOT_DECIDED)


def _check_ways(condition: str) -> None:
    """Let the database hold what ways a round may declare to ``condition``.

    SQLite can't change a check of a column. There a new column takes the old one's place, and
    every trigger of the table or about the column is set aside meanwhile, then put back word for
    word.
    """
    if not _is_sqlite():
        op.execute("ALTER TABLE round DROP CONSTRAINT ck_round_ways_known")
        op.execute(f"ALTER TABLE round ADD CONSTRAINT ck_round_ways_known CHECK ({condition})")
        return
    connection = op.get_bind()
    kept = [
        (name, words)
        for name, table, words in connection.execute(
            sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        )
        if table == "round" or re.search(r"\bways\b", words)
    ]
    for name, _ in kept:
        op.execute(f"DROP TRIGGER {name}")
    fresh = re.sub(r"\bways\b", "fresh_ways", condition)
    connection.exec_driver_sql(
        "ALTER TABLE round ADD COLUMN fresh_ways VARCHAR(60) NOT NULL DEFAULT 'email,codes' "
        f"CONSTRAINT ck_round_ways_known CHECK ({fresh})"
    )
    op.execute("UPDATE round SET fresh_ways = ways")
    op.execute("ALTER TABLE round DROP COLUMN ways")
    op.execute("ALTER TABLE round RENAME COLUMN fresh_ways TO ways")
    for _, words in kept:
        connection.exec_driver_sql(words)


def _guard(table: str, event: str, name: str, condition: str, message: str) -> None:
    if _is_sqlite():
        condition = condition.replace("@", "IS NOT")
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    condition = condition.replace("@", "IS DISTINCT FROM")
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION guard_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER guard_{table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
    )


def _make_withdrawals() -> None:
    table = "proposal_withdrawal"

    def check(name: str, condition: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))

    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reference_hash", sa.String(64), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=True),
        sa.Column("by", sa.String(8), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        check("kind_known", "kind IN ('whole','part','lead','late')"),
        check("by_known", "\"by\" IN ('author','body','officer')"),
        check("public_in_words", "NOT is_public OR reason <> ''"),
        check("shown_if_public", "is_shown IS NULL OR is_public"),
        check("lead_has_successor", "(kind = 'lead') = (successor_id IS NOT NULL)"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f(f"fk_{table}_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["proposal.id"], name=op.f(f"fk_{table}_successor_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("reference_hash", name=op.f(f"uq_{table}_reference_hash")),
    )
    op.create_index(
        op.f(f"uq_{table}_once"), table, ["proposal_id"], unique=True,
        sqlite_where=sa.text("kind <> 'lead'"), postgresql_where=sa.text("kind <> 'lead'"),
    )  # fmt: skip
