"""Checks of proposals: criteria, checks that stand, interests, replies, reviewers, merging."""

import sqlalchemy as sa
from alembic import op

from engage.extensions import UTCDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

CRITERIA_FIXED = "the criteria of a round are fixed once it is public"
CHECK_KEPT = "a check of a proposal is never changed or deleted"
NO_CHECK = "a proposal is checked before the ballot, by somebody who said they have no interest"
BY_ANOTHER = "a reply is checked by somebody else than before"
STANDS = "what was decided after a reply stands"
NOT_DECIDED = "a proposal is accepted or left out only as its newest check answers each criterion"
INTEREST_KEPT = "an interest that was declared stays declared"
REPLY_ONCE = "a proposal that was left out is replied to once, before the ballot is settled"
REPLY_WAITS = "the ballot is not settled while a reply waits"
NO_RECOMMENDATION = (
    "a proposal is reviewed before the ballot, by a reviewer of its round without an interest"
)
NOT_AGREED = "proposals become one only as the author of each agreed, once and for good"
REVIEW_KEPT = "what was reviewed, and by whom, stays"

USUAL_CRITERIA = (
    "It is eligible: who sent it, where it is and what it pays for fit the rules of the fund",
    "It is feasible: it can be done, by the people named, in the time there is",
    "It is legal: the law allows it, and permissions can be had",
    "Its cost is checked: the money asked for is what it takes",
)

#: PL/pgSQL knows the name as a word of its own unless it is quoted.
BY = '"by"'
_PREPARING = "EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND r.stage = 'preparing')"
_CHECKING = (
    "EXISTS (SELECT 1 FROM proposal p JOIN round r ON r.id = p.round_id "
    "WHERE p.id = NEW.proposal_id AND p.merged_into_id IS NULL AND r.stage IN ('proposals', 'screening'))"
)
_FREE = (
    "EXISTS (SELECT 1 FROM interest i WHERE i.proposal_id = NEW.proposal_id "
    "AND i.account_id = NEW.{who} AND NOT i.has_conflict)"
)
#: Somebody other than the writer of this check who could check instead.
_ANOTHER = (
    'EXISTS (SELECT 1 FROM account a WHERE a.id <> NEW."by" AND a.is_open '
    "AND a.role IN ('officer', 'administrator') AND NOT EXISTS (SELECT 1 FROM interest i "
    "WHERE i.proposal_id = NEW.proposal_id AND i.account_id = a.id AND i.has_conflict))"
)
_NEWEST = (
    "c.number = (SELECT max(n.number) FROM proposal_check n WHERE n.proposal_id = c.proposal_id)"
)
#: The newest check of the proposal NEW decides so and has an answer to each criterion.
_DECIDED = (
    "EXISTS (SELECT 1 FROM proposal_check c WHERE c.proposal_id = NEW.id AND c.decision = '{decision}' "
    f"AND {_NEWEST} "
    "AND (SELECT count(*) FROM check_answer k WHERE k.check_id = c.id) "
    "= (SELECT count(*) FROM criterion t WHERE t.round_id = NEW.round_id) AND {and_})"
)
_FAILS = "EXISTS (SELECT 1 FROM check_answer k WHERE k.check_id = c.id AND k.answer = 'not_met')"
_NO_CRITERIA = "NOT EXISTS (SELECT 1 FROM criterion t WHERE t.round_id = NEW.round_id)"
_DECIDING = "(NEW.stage <> OLD.stage OR NEW.screened_at @ OLD.screened_at)"
_ANSWERED = (
    "EXISTS (SELECT 1 FROM proposal_reply y JOIN proposal_check before ON before.id = y.check_id "
    "JOIN proposal_check c ON c.proposal_id = y.proposal_id AND c.number > before.number "
    "WHERE y.proposal_id = OLD.id)"
)

#: Guards: table, events, name, when it refuses, what it says. ``@`` is each database's own word.
GUARDS = (
    *(
        ("criterion", event, f"{event.lower()}s_early",
         " OR ".join(f"NOT {_PREPARING.format(row=row)}" for row in rows), CRITERIA_FIXED)
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"]))
    ),
    ("proposal_check", "INSERT", "is_declared",
     f"NOT {_CHECKING} OR NOT {_FREE.format(who=BY)} OR NEW.number <> 1 + "
     "(SELECT count(*) FROM proposal_check c WHERE c.proposal_id = NEW.proposal_id)", NO_CHECK),
    ("proposal_check", "INSERT", "is_by_another",
     "EXISTS (SELECT 1 FROM proposal_reply y JOIN proposal_check c ON c.id = y.check_id "
     f"WHERE y.proposal_id = NEW.proposal_id AND c.by = NEW.\"by\") AND {_ANOTHER}", BY_ANOTHER),
    ("proposal_check", "INSERT", "stands_after_a_reply",
     "EXISTS (SELECT 1 FROM proposal_reply y JOIN proposal p ON p.id = y.proposal_id "
     "WHERE y.proposal_id = NEW.proposal_id AND p.stage <> 'submitted')", STANDS),
    ("proposal_check", "UPDATE", "stays_the_same", "true", CHECK_KEPT),
    ("proposal_check", "DELETE", "stays", "true", CHECK_KEPT),
    ("check_answer", "INSERT", "is_to_its_criterion",
     "NOT EXISTS (SELECT 1 FROM proposal_check c JOIN proposal p ON p.id = c.proposal_id "
     "JOIN criterion t ON t.round_id = p.round_id WHERE c.id = NEW.check_id "
     f"AND t.id = NEW.criterion_id AND {_NEWEST})", CHECK_KEPT),
    ("check_answer", "UPDATE", "stays_the_same", "true", CHECK_KEPT),
    ("check_answer", "DELETE", "stays", "true", CHECK_KEPT),
    ("proposal", "UPDATE", "is_accepted_by_its_check",
     f"NEW.stage = 'accepted' AND {_DECIDING} "
     f"AND NOT {_DECIDED.format(decision='accept', and_=f'NOT {_FAILS}')}", NOT_DECIDED),
    ("proposal", "UPDATE", "is_left_out_by_its_check",
     f"NEW.stage = 'left_out' AND NEW.merged_into_id IS NULL AND {_DECIDING} "
     f"AND NOT {_DECIDED.format(decision='leave_out', and_=f'({_NO_CRITERIA} OR {_FAILS})')}",
     NOT_DECIDED),
    ("proposal", "UPDATE", "stays_left_out",
     f"OLD.stage = 'left_out' AND NEW.stage <> 'left_out' AND {_ANSWERED}", STANDS),
    ("interest", "UPDATE", "stays_declared",
     "OLD.has_conflict OR NOT NEW.has_conflict OR NEW.proposal_id <> OLD.proposal_id "
     "OR NEW.account_id <> OLD.account_id", INTEREST_KEPT),
    ("interest", "DELETE", "stays", "true", INTEREST_KEPT),
    ("proposal_reply", "INSERT", "comes_in_time",
     f"NOT {_CHECKING} OR NOT EXISTS (SELECT 1 FROM proposal p JOIN proposal_check c "
     "ON c.proposal_id = p.id WHERE p.id = NEW.proposal_id AND p.stage = 'left_out' "
     f"AND c.id = NEW.check_id AND {_NEWEST})", REPLY_ONCE),
    ("proposal_reply", "UPDATE", "stays_the_same", "true", REPLY_ONCE),
    ("proposal_reply", "DELETE", "stays", "true", REPLY_ONCE),
    ("round", "UPDATE", "waits_for_replies",
     "OLD.stage = 'screening' AND NEW.stage = 'voting' AND EXISTS (SELECT 1 FROM proposal p "
     "JOIN proposal_reply y ON y.proposal_id = p.id "
     "WHERE p.round_id = NEW.id AND p.stage = 'submitted')", REPLY_WAITS),
    ("proposal", "UPDATE", "is_merged_as_agreed",
     "(OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL AND (NEW.stage <> 'left_out' "
     "OR NOT EXISTS (SELECT 1 FROM proposal_merge m JOIN merge_part t ON t.merge_id = m.id "
     "WHERE m.outcome = 'agreed' AND m.lead_id = NEW.merged_into_id AND t.proposal_id = NEW.id "
     "AND m.lead_id <> NEW.id))) OR (OLD.merged_into_id IS NOT NULL AND "
     "(NEW.merged_into_id @ OLD.merged_into_id OR NEW.stage <> 'left_out'))", NOT_AGREED),
    ("proposal_merge", "INSERT", "starts_waiting", "NEW.outcome <> 'waiting'", NOT_AGREED),
    ("proposal_merge", "UPDATE", "is_agreed_by_all",
     "OLD.outcome <> 'waiting' OR NEW.lead_id <> OLD.lead_id OR NEW.title <> OLD.title "
     "OR NEW.summary <> OLD.summary OR NEW.cost_pence <> OLD.cost_pence "
     "OR (NEW.outcome = 'agreed' AND (EXISTS (SELECT 1 FROM merge_part t "
     "WHERE t.merge_id = NEW.id AND (t.answer IS NULL OR t.answer <> 'yes')) "
     "OR (SELECT count(*) FROM merge_part t WHERE t.merge_id = NEW.id) < 2))", NOT_AGREED),
    ("proposal_merge", "DELETE", "stays", "true", NOT_AGREED),
    ("merge_part", "INSERT", "starts_unanswered",
     "NEW.answer IS NOT NULL OR NOT EXISTS (SELECT 1 FROM proposal_merge m JOIN proposal p "
     "ON p.round_id = m.round_id WHERE m.id = NEW.merge_id AND p.id = NEW.proposal_id "
     "AND m.outcome = 'waiting')", NOT_AGREED),
    ("merge_part", "UPDATE", "is_answered_once",
     "OLD.answer IS NOT NULL OR NEW.merge_id <> OLD.merge_id "
     "OR NEW.proposal_id <> OLD.proposal_id OR NOT EXISTS (SELECT 1 FROM proposal_merge m "
     "WHERE m.id = NEW.merge_id AND m.outcome = 'waiting')", NOT_AGREED),
    ("merge_part", "DELETE", "stays", "true", NOT_AGREED),
    ("round_reviewer", "DELETE", "stays", "true", REVIEW_KEPT),
    *(
        ("recommendation", event, f"is_a_reviewers_{event.lower()}",
         f"NOT {_CHECKING} OR NOT {_FREE.format(who='account_id')} OR NOT EXISTS "
         "(SELECT 1 FROM proposal p JOIN round_reviewer v ON v.round_id = p.round_id "
         "JOIN criterion t ON t.round_id = p.round_id WHERE p.id = NEW.proposal_id "
         "AND v.account_id = NEW.account_id AND v.ended_at IS NULL "
         "AND t.id = NEW.criterion_id)", NO_RECOMMENDATION)
        for event in ("INSERT", "UPDATE")
    ),
    ("recommendation", "DELETE", "stays", "true", REVIEW_KEPT),
)  # fmt: skip
#: SQLite lets INSERT OR REPLACE take a row's place without a word to the guards of deleting.
SQLITE_GUARDS = tuple(
    (table, "INSERT", "replaces_none",
     f"EXISTS (SELECT 1 FROM {table} x WHERE {same})", message)
    for table, same, message in (
        ("merge_part", "x.merge_id = NEW.merge_id AND x.proposal_id = NEW.proposal_id", NOT_AGREED),
        ("proposal_merge", "x.id = NEW.id OR x.public_id = NEW.public_id", NOT_AGREED),
        ("proposal_check",
         "x.id = NEW.id OR (x.proposal_id = NEW.proposal_id AND x.number = NEW.number)",
         CHECK_KEPT),
        ("check_answer", "x.check_id = NEW.check_id AND x.criterion_id = NEW.criterion_id",
         CHECK_KEPT),
        ("interest", "x.proposal_id = NEW.proposal_id AND x.account_id = NEW.account_id",
         INTEREST_KEPT),
        ("proposal_reply", "x.proposal_id = NEW.proposal_id OR x.check_id = NEW.check_id",
         REPLY_ONCE),
    )
)  # fmt: skip
EMPTIED_NEVER = ("proposal_check", "check_answer", "interest", "proposal_reply", "recommendation")
#: Tables in the order in which they are made.
TABLES = (
    "criterion", "proposal_check", "check_answer", "interest", "proposal_reply", "round_reviewer",
    "recommendation", "proposal_merge", "merge_part",
)  # fmt: skip


def upgrade() -> None:
    op.execute(
        "ALTER TABLE round ADD COLUMN reply_days INTEGER NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_round_reply_days_sensible CHECK (reply_days BETWEEN 0 AND 60)"
    )
    op.execute(
        "ALTER TABLE proposal ADD COLUMN merged_into_id INTEGER "
        "CONSTRAINT fk_proposal_merged_into_id_proposal REFERENCES proposal (id)"
    )
    _make_checks()
    _make_replies()
    _make_reviews()
    _make_merges()
    for position, words in enumerate(USUAL_CRITERIA, start=1):
        statement = sa.text(
            "INSERT INTO criterion (round_id, position, words) "
            "SELECT id, :position, :words FROM round WHERE stage = 'preparing'"
        )
        op.get_bind().execute(statement, {"position": position, "words": words})
    for guard in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        _guard(*guard)
    if not _is_sqlite():
        for table in EMPTIED_NEVER:
            op.execute(
                f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
            )


def downgrade() -> None:
    for table, _, name, *_ in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("ALTER TABLE proposal DROP COLUMN merged_into_id")
    op.execute("ALTER TABLE round DROP COLUMN reply_days")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


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


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UTCDateTime(timezone=True), nullable=nullable)


def _answers(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("answer", sa.String(12), nullable=False),
        _text("note"),
        _check(table, "answer_known", "answer IN ('met','not_met','not_relevant')"),
        _check(table, "note_given", "answer <> 'not_met' OR note <> ''"),
    ]


def _make_checks() -> None:
    table = "criterion"
    op.create_table(
        table, _number("id"), _number("round_id"), _number("position"),
        sa.Column("words", sa.String(300), nullable=False),
        _check(table, "at_most_ten", "position BETWEEN 1 AND 10"),
        _check(table, "words_given", "length(trim(words)) > 0"),
        _refers(table, "round_id", "round"),
        _primary(table, "id"),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_criterion_round_id_position")),
    )  # fmt: skip
    table = "proposal_check"
    op.create_table(
        table, _number("id"), _number("proposal_id"), _number("number"),
        sa.Column("decision", sa.String(10), nullable=False),
        _text("reason"),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        sa.Column("checked_cost_pence", sa.BigInteger(), nullable=True),
        _text("cost_reason"), _number("by"), _instant("at"),
        _check(table, "number_from_one", "number >= 1"),
        _check(table, "decision_known", "decision IN ('accept','leave_out')"),
        _check(table, "reason_given", "decision <> 'leave_out' OR reason <> ''"),
        _check(table, "cost_explained", "checked_cost_pence IS NULL OR cost_reason <> ''"),
        _refers(table, "proposal_id", "proposal"), _refers(table, "by", "account"),
        _primary(table, "id"),
        sa.UniqueConstraint(
            "proposal_id", "number", name=op.f("uq_proposal_check_proposal_id_number")
        ),
    )  # fmt: skip
    table = "check_answer"
    op.create_table(
        table, _number("check_id"), _number("criterion_id"), *_answers(table),
        _refers(table, "check_id", "proposal_check"),
        _refers(table, "criterion_id", "criterion"),
        _primary(table, "check_id", "criterion_id"),
    )  # fmt: skip


def _make_replies() -> None:
    table = "interest"
    op.create_table(
        table, _number("proposal_id"), _number("account_id"),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        _text("words"), _instant("at"),
        _check(table, "conflict_in_words", "NOT has_conflict OR words <> ''"),
        _refers(table, "proposal_id", "proposal"), _refers(table, "account_id", "account"),
        _primary(table, "proposal_id", "account_id"),
    )  # fmt: skip
    table = "proposal_reply"
    op.create_table(
        table, _number("proposal_id"), _number("check_id"), _text("words"), _instant("at"),
        _check(table, "words_given", "length(trim(words)) > 0"),
        _refers(table, "proposal_id", "proposal"), _refers(table, "check_id", "proposal_check"),
        _primary(table, "proposal_id"),
        sa.UniqueConstraint("check_id", name=op.f("uq_proposal_reply_check_id")),
    )  # fmt: skip


def _make_reviews() -> None:
    table = "round_reviewer"
    op.create_table(
        table, _number("round_id"), _number("account_id"), _number("invited_by"),
        _instant("invited_at"), _instant("ended_at", nullable=True),
        _check(table, "two_people", "account_id <> invited_by"),
        _refers(table, "round_id", "round"), _refers(table, "account_id", "account"),
        _refers(table, "invited_by", "account"),
        _primary(table, "round_id", "account_id"),
    )  # fmt: skip
    table = "recommendation"
    op.create_table(
        table, _number("proposal_id"), _number("account_id"), _number("criterion_id"),
        *_answers(table), _instant("at"),
        _refers(table, "proposal_id", "proposal"), _refers(table, "account_id", "account"),
        _refers(table, "criterion_id", "criterion"),
        _primary(table, "proposal_id", "account_id", "criterion_id"),
    )  # fmt: skip


def _make_merges() -> None:
    table = "proposal_merge"
    op.create_table(
        table, _number("id"),
        sa.Column("public_id", sa.String(36), nullable=False),
        _number("round_id"), _number("lead_id"),
        sa.Column("title", sa.String(120), nullable=False),
        _text("summary"),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        _number("suggested_by"), _instant("suggested_at"),
        sa.Column("outcome", sa.String(12), nullable=False),
        _number("version"),
        _check(table, "outcome_known", "outcome IN ('waiting','agreed','turned_down','withdrawn')"),
        _check(table, "cost_positive", "cost_pence > 0"),
        _check(table, "words_given", "title <> '' AND summary <> ''"),
        _refers(table, "round_id", "round"), _refers(table, "lead_id", "proposal"),
        _refers(table, "suggested_by", "account"),
        _primary(table, "id"),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_merge_public_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_proposal_merge_round_id"), table, ["round_id"])
    table = "merge_part"
    op.create_table(
        table, _number("merge_id"), _number("proposal_id"),
        sa.Column("answer", sa.String(3), nullable=True),
        _instant("answered_at", nullable=True),
        _check(table, "answer_known", "answer IN ('yes','no')"),
        _refers(table, "merge_id", "proposal_merge"), _refers(table, "proposal_id", "proposal"),
        _primary(table, "merge_id", "proposal_id"),
    )  # fmt: skip
