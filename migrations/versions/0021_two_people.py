"""Acts that need two people: requests, voters to check, votes removed, and what refuses the rest."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: What a request never changes, from the moment it is made.
ASKED = (
    "id round_id what object details details_hash until reason requested_by requested_at"
).split()
#: Marks that group voters for the checks; they are gone once the result is confirmed.
MARKS = ("source_mark", "home_mark")
MARKED = ("voter", "voter_link")
EMPTIED_NEVER = ("approval", "voter_review", "vote_removal", "round_scrutineer")

DECIDED_ONCE = "a request is decided once, and is kept as it was made"
STARTS_WAITING = "a request waits for a second person first"
NO_EXTENSION = "voting is prolonged only to an instant that two people agreed"
KEPT_BALLOT = "a ballot is deleted only where two people removed it, before the result is confirmed"
NO_REMOVAL = "a vote is removed only where two people agreed, after the close and before the result"
KEPT_REMOVAL = "what is said of a removed vote stays"
KEPT_REVIEW = "nobody drops off the list to check without a decision, and a removal stays"
NO_COUNT = "votes are counted only when nobody is left on the list to check"
NO_RESULT = "a result needs two people who agreed on exactly this count"
NAMED_EARLY = "the outside scrutineer of a round is fixed once proposals open"
NO_DELETE = "a ballot is never deleted"

WAITING = "(SELECT 1 FROM voter_review v WHERE v.round_id = NEW.round_id AND v.state IN ('waiting', 'asked'))"
REMOVED = (
    "(SELECT 1 FROM vote_removal m JOIN approval a ON a.id = m.approval_id "
    "JOIN round r ON r.id = m.round_id "
    "WHERE m.round_id = OLD.round_id AND m.ballot_key = OLD.ballot_key AND m.leaf = OLD.leaf "
    "AND a.what = 'remove' AND a.outcome = 'agreed' AND r.stage = 'closed')"
)
MAY_REMOVE = (
    "(SELECT 1 FROM approval a JOIN round r ON r.id = a.round_id "
    "WHERE a.id = NEW.approval_id AND a.round_id = NEW.round_id "
    "AND a.what = 'remove' AND a.outcome = 'agreed' AND r.stage = 'closed' "
    "AND (SELECT count(*) FROM vote_removal m WHERE m.approval_id = a.id) "
    "< (SELECT count(DISTINCT v.voter_uid) FROM voter_review v WHERE v.approval_id = a.id))"
)
MAY_DECLARE = (
    "(SELECT 1 FROM approval a WHERE a.round_id = NEW.round_id AND a.what = 'certify' "
    "AND a.outcome = 'agreed' AND a.object = 'count:' || NEW.count_id "
    "AND a.decided_by = NEW.declared_by)"
)
MAY_EXTEND = (
    "(SELECT 1 FROM approval a WHERE a.round_id = NEW.id AND a.what = 'extend' "
    "AND a.outcome = 'agreed' AND a.until = NEW.voting_closes_at)"
)
MAY_EXCLUDE = (
    "(SELECT 1 FROM approval a WHERE a.id = NEW.approval_id AND a.round_id = NEW.round_id "
    "AND a.what = 'remove' AND a.outcome = 'agreed')"
)
PREPARING = "(SELECT 1 FROM round r WHERE r.id = {row}.round_id AND r.stage = 'preparing')"
UNDECLARED = "(SELECT 1 FROM round r WHERE r.id = OLD.round_id AND r.stage <> 'declared')"


def _differs(columns: list[str]) -> str:
    """SQL: one of these columns is to change. ``@`` stands for each database's own word."""
    return "(" + " OR ".join(f"NEW.{c} @ OLD.{c}" for c in columns) + ")"


#: Table, event, name of the guard, when it refuses, and in which words.
GUARDS = (
    ("approval", "INSERT", "starts_waiting", "NEW.outcome <> 'waiting'", STARTS_WAITING),
    (
        "approval",
        "UPDATE",
        "is_decided_once",
        f"OLD.outcome <> 'waiting' OR {_differs(ASKED)}",
        DECIDED_ONCE,
    ),
    ("approval", "DELETE", "is_kept", "1 = 1", DECIDED_ONCE),
    *(  # SQLite's REPLACE deletes without asking the guards of deletion
        (
            table,
            "INSERT",
            "replaces_none",
            f"EXISTS (SELECT 1 FROM {table} t WHERE "
            + " AND ".join(f"t.{c} = NEW.{c}" for c in key.split())
            + ")",
            message,
        )
        for table, key, message in (
            ("approval", "id", DECIDED_ONCE),
            ("vote_removal", "round_id leaf", KEPT_REMOVAL),
            ("voter_review", "voter_uid reason", KEPT_REVIEW),
        )
    ),
    (
        "round",
        "UPDATE",
        "is_prolonged_by_two",
        "OLD.stage NOT IN ('preparing', 'proposals', 'screening') "
        "AND NEW.voting_closes_at <> OLD.voting_closes_at "
        f"AND NOT EXISTS {MAY_EXTEND}",
        NO_EXTENSION,
    ),
    ("vote_removal", "INSERT", "is_agreed", f"NOT EXISTS {MAY_REMOVE}", NO_REMOVAL),
    (
        "vote_removal",
        "UPDATE",
        "stays",
        f"NEW.ballot_key IS NOT NULL OR {_differs(['round_id', 'leaf', 'approval_id', 'code', 'seal_n'])}",
        KEPT_REMOVAL,
    ),
    ("vote_removal", "DELETE", "is_kept", "1 = 1", KEPT_REMOVAL),
    (
        "voter_review",
        "UPDATE",
        "is_decided",
        "(OLD.state = 'removed' AND NEW.state <> 'removed') OR (NEW.state = 'removed' AND "
        f"OLD.state <> 'removed' AND NOT EXISTS {MAY_EXCLUDE})",
        KEPT_REVIEW,
    ),
    ("voter_review", "DELETE", "is_kept", f"EXISTS {UNDECLARED}", KEPT_REVIEW),
    ("round_count", "INSERT", "waits_for_checks", f"EXISTS {WAITING}", NO_COUNT),
    ("result", "INSERT", "is_agreed", f"EXISTS {WAITING} OR NOT EXISTS {MAY_DECLARE}", NO_RESULT),
    *(
        (
            "round_scrutineer",
            event,
            f"{event.lower()}s_early",
            f"NOT EXISTS {PREPARING.format(row=row)}",
            NAMED_EARLY,
        )
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
)


def upgrade() -> None:
    _create_tables()
    size = "BYTEA" if _on_postgresql() else "BLOB"
    for table in MARKED:
        for column in MARKS:
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} {size} "
                f"CONSTRAINT ck_{table}_{column}_size CHECK (length({column}) = 32)"
            )
    _guard_ballots(f"NOT EXISTS {REMOVED}", KEPT_BALLOT)
    for table, event, name, condition, message in GUARDS:
        _guard(table, event, name, condition, message)
    if _on_postgresql():
        for table in EMPTIED_NEVER:
            op.execute(
                f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
            )


def downgrade() -> None:
    for table, _event, name, _condition, _message in GUARDS:
        _take_away(table, name)
    _guard_ballots("1 = 1", NO_DELETE)
    for table in MARKED:
        for column in MARKS:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("vote_removal")
    op.drop_table("voter_review")
    op.drop_table("round_scrutineer")
    op.drop_table("approval")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard_ballots(condition: str, message: str) -> None:
    """Put another guard in the place of the one that keeps ballots from being deleted."""
    if not _on_postgresql():
        op.execute("DROP TRIGGER ballot_is_kept")
        _guard("ballot", "DELETE", "is_kept", condition, message)
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION guard_ballot_is_kept() RETURNS trigger LANGUAGE plpgsql "
        f"AS $guard$ {_body('DELETE', condition, message)} $guard$"
    )


def _guard(table: str, event: str, name: str, condition: str, message: str) -> None:
    if not _on_postgresql():
        condition = condition.replace("@", "IS NOT")
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    guard = f"guard_{table}_{name}"
    condition = condition.replace("@", "IS DISTINCT FROM")
    op.execute(
        f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $guard$ {_body(event, condition, message)} $guard$"
    )
    op.execute(
        f"CREATE TRIGGER {guard} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {guard}()"
    )


def _body(event: str, condition: str, message: str) -> str:
    row = "OLD" if event == "DELETE" else "NEW"
    return (
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END"
    )


def _take_away(table: str, name: str) -> None:
    if not _on_postgresql():
        op.execute(f"DROP TRIGGER {table}_{name}")
        return
    op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION guard_{table}_{name}()")


def _create_tables() -> None:
    instant = engage.extensions.UTCDateTime(timezone=True)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("details_hash", sa.String(length=64), nullable=False),
        sa.Column("until", instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("requested_at", instant, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "what IN ('extend','remove','certify')", name=op.f("ck_approval_what_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('waiting','agreed','turned_down','withdrawn')",
            name=op.f("ck_approval_outcome_known"),
        ),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_approval_two_people")),
        sa.CheckConstraint(
            "(outcome IN ('agreed','turned_down')) = (decided_by IS NOT NULL)",
            name=op.f("ck_approval_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(outcome = 'waiting') = (decided_at IS NULL)", name=op.f("ck_approval_decided_then")
        ),
        sa.CheckConstraint(
            "(what = 'extend') = (until IS NOT NULL)", name=op.f("ck_approval_extends_until")
        ),
        sa.CheckConstraint(
            "what = 'certify' OR reason <> ''", name=op.f("ck_approval_reason_given")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_approval_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["account.id"], name=op.f("fk_approval_requested_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_approval_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_waiting",
        "approval",
        ["round_id", "what", "object"],
        unique=True,
        sqlite_where=sa.text("outcome = 'waiting'"),
        postgresql_where=sa.text("outcome = 'waiting'"),
    )
    op.create_table(
        "round_scrutineer",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("named_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("account_id <> named_by", name=op.f("ck_round_scrutineer_two_people")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_round_scrutineer_name_given")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_round_scrutineer_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["account.id"], name=op.f("fk_round_scrutineer_named_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_scrutineer_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_scrutineer")),
    )
    op.create_table(
        "voter_review",
        sa.Column("voter_uid", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("together", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('source','postcode','age','twice','report')",
            name=op.f("ck_voter_review_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting','asked','kept','removed')",
            name=op.f("ck_voter_review_state_known"),
        ),
        sa.CheckConstraint(
            "(state IN ('asked','removed')) = (approval_id IS NOT NULL)",
            name=op.f("ck_voter_review_removed_by_request"),
        ),
        sa.CheckConstraint(
            "(state IN ('kept','removed')) = (decided_by IS NOT NULL)",
            name=op.f("ck_voter_review_decided_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_voter_review_approval_id_approval")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_voter_review_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voter_review_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["voter_uid"], ["voter.uid"], name=op.f("fk_voter_review_voter_uid_voter")
        ),
        sa.PrimaryKeyConstraint("voter_uid", "reason", name=op.f("pk_voter_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voter_review_public_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voter_review_round_id_state", "voter_review", ["round_id", "state"])
    op.create_table(
        "vote_removal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("ballot_key", sa.LargeBinary(), nullable=True),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("seal_n", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_vote_removal_leaf_size")),
        sa.CheckConstraint("length(ballot_key) = 32", name=op.f("ck_vote_removal_ballot_key_size")),
        sa.CheckConstraint(
            "code IN ('ineligible','twice','invented','asked')",
            name=op.f("ck_vote_removal_code_known"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_vote_removal_approval_id_approval")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_vote_removal_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "leaf", name=op.f("pk_vote_removal")),
        sqlite_with_rowid=False,
    )
