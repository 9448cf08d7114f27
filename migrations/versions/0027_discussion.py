"""Questions about proposals, their answers, what was decided about each, and events of a round."""

import sqlalchemy as sa
from alembic import op

from engage.extensions import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WORDS_KEPT = "the words of a question or an answer are never changed or deleted"
ANSWER_FITS = "an answer is to a question about the same proposal"
DECISION_KEPT = "a moderation_decision is never changed or deleted"
DECISION_FITS = "decisions follow one another, and nothing without words is published"
EVENT_KEPT = "a cancelled event stays as it is, and no event of a public round is deleted"

COLUMNS = {
    "discussion_opens_at": "{instant}",
    "discussion_closes_at": (
        "{instant} CONSTRAINT ck_round_discussion_in_order CHECK "
        "((discussion_opens_at IS NULL) = (discussion_closes_at IS NULL) "
        "AND discussion_closes_at > discussion_opens_at "
        "AND discussion_closes_at <= voting_closes_at "
        "AND (NOT has_proposals OR discussion_opens_at >= proposals_close_at))"
    ),
}

#: What of a post stays whatever happens; 0 and the empty text stand for NULL.
_KEPT = " OR ".join(
    f"coalesce(NEW.{name}, {none}) <> coalesce(OLD.{name}, {none})"
    for name, none in (
        ("id", 0), ("public_id", "''"), ("proposal_id", 0), ("question_id", 0), ("number", 0),
        ("made_by", "''"), ("reference_hash", "''"),
    )
)  # fmt: skip
_HELD_BACK = (
    "EXISTS (SELECT 1 FROM moderation_decision d WHERE d.post_id = OLD.id "
    "AND d.state = 'held_back' AND d.number = "
    "(SELECT max(number) FROM moderation_decision WHERE post_id = OLD.id))"
)
_REWRITTEN = (
    f"{_KEPT} OR NEW.at <> OLD.at OR (NEW.name <> OLD.name AND NEW.name <> '') "
    "OR (NEW.email <> OLD.email AND NEW.email <> '') OR (NEW.words <> OLD.words "
    f"AND NOT (NEW.words = '' AND {_HELD_BACK}))"
)
_ASTRAY = (
    "NEW.question_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM discussion_post q "
    "WHERE q.id = NEW.question_id AND q.question_id IS NULL AND q.proposal_id = NEW.proposal_id)"
)
_OUT_OF_TURN = (
    "NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM moderation_decision "
    "WHERE post_id = NEW.post_id) OR (NEW.state = 'published' AND EXISTS "
    "(SELECT 1 FROM discussion_post p WHERE p.id = NEW.post_id AND p.words = ''))"
)
_IS_PUBLIC = "EXISTS (SELECT 1 FROM round r WHERE r.id = OLD.round_id AND r.stage <> 'preparing')"

#: Guards: table, event, name, when it refuses, what it says.
GUARDS = (
    ("discussion_post", "INSERT", "answers_a_question", _ASTRAY, ANSWER_FITS),
    ("discussion_post", "UPDATE", "stays_as_written", _REWRITTEN, WORDS_KEPT),
    ("discussion_post", "DELETE", "stays", "true", WORDS_KEPT),
    ("moderation_decision", "INSERT", "comes_next", _OUT_OF_TURN, DECISION_FITS),
    ("moderation_decision", "UPDATE", "stays_the_same", "true", DECISION_KEPT),
    ("moderation_decision", "DELETE", "stays", "true", DECISION_KEPT),
    ("round_event", "UPDATE", "stays_cancelled", "OLD.cancelled_at IS NOT NULL", EVENT_KEPT),
    ("round_event", "DELETE", "stays", _IS_PUBLIC, EVENT_KEPT),
)  # fmt: skip
#: SQLite lets INSERT OR REPLACE take a row's place without a word to the guards of deleting.
SQLITE_GUARDS = (
    ("discussion_post", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM discussion_post p WHERE p.id = NEW.id OR p.public_id = NEW.public_id "
     "OR p.reference_hash = NEW.reference_hash "
     "OR (p.question_id = NEW.question_id AND p.number = NEW.number))", WORDS_KEPT),
    ("round_event", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM round_event e WHERE e.id = NEW.id OR e.public_id = NEW.public_id)",
     EVENT_KEPT),
)  # fmt: skip


def upgrade() -> None:
    instant = "DATETIME" if _is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE round ADD COLUMN {name} {definition.format(instant=instant)}")
    _make_post()
    _make_decision()
    _make_event()
    for guard in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        _guard(*guard)
    if not _is_sqlite():
        for table in ("discussion_post", "moderation_decision"):
            op.execute(
                f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
            )


def downgrade() -> None:
    for table, _, name, *_ in [*GUARDS, *(SQLITE_GUARDS if _is_sqlite() else ())]:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    for table in ("round_event", "moderation_decision", "discussion_post"):
        op.drop_table(table)
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE round DROP COLUMN {name}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str, event: str, name: str, condition: str, message: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
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


def _make_post() -> None:
    table = "discussion_post"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("reference_hash", sa.String(64), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("erased_at", UTCDateTime(timezone=True), nullable=True),
        _check(
            table, "answers_are_counted", "(question_id IS NULL) = (number = 0) AND number >= 0"
        ),
        _check(
            table,
            "questions_are_followed",
            "(question_id IS NULL) = (reference_hash IS NOT NULL)",
        ),
        _check(
            table,
            "made_by_known",
            "(question_id IS NULL AND made_by = 'resident') OR (question_id IS NOT NULL "
            "AND made_by IN ('author','coauthor') AND name = '' AND email = '')",
        ),
        _check(table, "words_given", "length(trim(words)) > 0 OR erased_at IS NOT NULL"),
        _refers(table, "proposal_id", "proposal"),
        _refers(table, "question_id", "discussion_post"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_post")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_discussion_post_question_id_number")
        ),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_discussion_post_{name}"))
            for name in ("public_id", "reference_hash")
        ),
    )
    op.create_index(op.f("ix_discussion_post_proposal_id"), table, ["proposal_id"])


def _make_decision() -> None:
    table = "moderation_decision"
    op.create_table(
        table,
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        _check(table, "number_from_one", "number >= 1"),
        _check(table, "state_known", "state IN ('published','held_back')"),
        _check(
            table,
            "reason_known",
            "(state = 'published' AND reason IS NULL) OR (state = 'held_back' "
            "AND reason IS NOT NULL AND reason IN ('off_subject','personal','insulting',"
            "'unlawful','asked_already','advertising'))",
        ),
        _check(
            table,
            "same_question_named",
            "(same_as_id IS NOT NULL) = (reason IS NOT NULL AND reason = 'asked_already')",
        ),
        _check(table, "not_its_own_copy", "same_as_id <> post_id"),
        _refers(table, "post_id", "discussion_post"),
        _refers(table, "same_as_id", "discussion_post"),
        _refers(table, "by", "account"),
        sa.PrimaryKeyConstraint("post_id", "number", name=op.f("pk_moderation_decision")),
    )


def _make_event() -> None:
    table = "round_event"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("starts_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("access", sa.String(200), nullable=False),
        sa.Column("access_note", sa.Text(), nullable=False),
        sa.Column("support", sa.String(200), nullable=False),
        sa.Column("ask_for_support", sa.Text(), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("counted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _check(table, "kind_known", "kind IN ('pitches','drop_in')"),
        _check(table, "ends_after_start", "ends_at > starts_at"),
        _check(table, "said_what_and_where", "title <> '' AND place <> ''"),
        _check(table, "cancelled_for_a_reason", "(cancelled_at IS NULL) = (cancel_reason = '')"),
        _check(table, "counted_once", "(attended IS NULL) = (counted_at IS NULL)"),
        _check(table, "attended_not_negative", "attended >= 0"),
        _check(
            table,
            "counted_afterwards",
            "counted_at IS NULL OR (counted_at >= ends_at AND cancelled_at IS NULL)",
        ),
        _refers(table, "round_id", "round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_round_event_public_id")),
    )
    op.create_index(op.f("ix_round_event_round_id"), table, ["round_id"])
