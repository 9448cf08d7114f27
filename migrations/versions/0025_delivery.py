"""Awards, what is paid and reported under them, and how people found the vote."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = (
    "evaluation_form",
    "evaluation",
    "award_photo",
    "award_spending",
    "award_milestone",
    "award_payment",
    "award_bank",
    "award",
)

POT = "the awards of a round are never more than its fund"
LIMITS = "an award lies within the limits of its round and the cost of its project"
DECLARED = "an award is offered for a project of a round whose result is declared"
TERMS = "the terms of an award stay as they were offered"
WAY = "an award may not go to this stage from the one it is at"
HELD = "an award holds at least what was paid and not returned"
KEEP_AWARD = "an award is never deleted"
PAYMENT = "payments are never more than the award, nor returns more than was paid"
KEEP_PAYMENT = "a payment is never changed or deleted"
NO_FORM = "evaluations are taken from the vote until the evaluation is published"
KEEP_EVALUATION = "an evaluation is never changed or deleted"

#: Where an award may go; one that has ended goes nowhere.
WAYS = {
    "offered": ("accepted", "declined", "withdrawn"),
    "accepted": ("under_way", "withdrawn", "failed"),
    "under_way": ("reported", "withdrawn", "failed"),
    "reported": ("under_way", "finished", "failed"),
}
#: What was offered, and is accepted so.
OFFERED = ("public_id round_id project_id instead_of_id amount_pence conditions offered_at").split()

_NET = (
    "(SELECT coalesce(sum(CASE kind WHEN 'paid' THEN amount_pence ELSE -amount_pence END), 0) "
    "FROM award_payment WHERE award_id = {award})"
)
_FITS = (
    "(SELECT coalesce(sum(held_pence), 0) FROM award WHERE round_id = NEW.round_id) "
    "+ NEW.held_pence > (SELECT pot_pence FROM round WHERE id = NEW.round_id)"
)
_OUTSIDE = (
    "NOT EXISTS (SELECT 1 FROM round r JOIN project p ON p.round_id = r.id "
    "WHERE r.id = NEW.round_id AND p.id = NEW.project_id AND NEW.amount_pence BETWEEN "
    "r.min_award_pence AND r.max_award_pence AND NEW.amount_pence <= p.cost_pence)"
)
_NOT_DECLARED = (
    "NEW.stage <> 'offered' OR NOT EXISTS (SELECT 1 FROM round r JOIN project p "
    "ON p.round_id = r.id WHERE r.id = NEW.round_id AND p.id = NEW.project_id "
    "AND r.stage = 'declared' AND NOT r.is_imported)"
)
_NO_WAY = (
    "NEW.stage <> OLD.stage AND NOT ("
    + (
        " OR ".join(
            f"(OLD.stage = '{start}' AND NEW.stage IN ({', '.join(repr(end) for end in ends)}))"
            for start, ends in WAYS.items()
        )
    )
    + ")"
)
_AFTER = (
    "("
    + _NET.format(award="NEW.award_id")
    + " + CASE NEW.kind WHEN 'paid' THEN NEW.amount_pence ELSE -NEW.amount_pence END)"
)
_TOO_MUCH = (
    f"{_AFTER} < 0 OR {_AFTER} > (SELECT held_pence FROM award WHERE id = NEW.award_id) "
    "OR EXISTS (SELECT 1 FROM award WHERE id = NEW.award_id AND stage = 'offered')"
)
_CLOSED_FORM = (
    "NOT EXISTS (SELECT 1 FROM round WHERE id = NEW.round_id "
    "AND stage IN ('voting', 'closed', 'declared')) "
    "OR EXISTS (SELECT 1 FROM evaluation WHERE round_id = NEW.round_id)"
)


def _other_terms(differs: str) -> str:
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in OFFERED)
    return f"{changed} OR NEW.held_pence > OLD.held_pence"


#: One rule each: table, event, name, when it refuses, in which words, and what PostgreSQL locks
#: first so that two at once queue (a statement of its own: the next one sees what was committed).
#: On SQLite whoever writes is alone.
GUARDS = (
    (
        "award", "INSERT", "fits_the_pot", _FITS, POT,
        "PERFORM 1 FROM round WHERE id = NEW.round_id FOR UPDATE;",
    ),
    ("award", "INSERT", "within_limits", _OUTSIDE, LIMITS, ""),
    ("award", "INSERT", "after_the_result", _NOT_DECLARED, DECLARED, ""),
    ("award", "UPDATE", "goes_its_way", _NO_WAY, WAY, ""),
    (
        "award", "UPDATE", "holds_what_was_paid",
        f"NEW.held_pence < {_NET.format(award='NEW.id')}", HELD, "",
    ),
    ("award", "DELETE", "is_kept", "TRUE", KEEP_AWARD, ""),
    (
        "award_payment", "INSERT", "within_award", _TOO_MUCH, PAYMENT,
        "PERFORM 1 FROM award WHERE id = NEW.award_id FOR UPDATE;",
    ),
    ("award_payment", "UPDATE", "is_not_changed", "TRUE", KEEP_PAYMENT, ""),
    ("award_payment", "DELETE", "is_kept", "TRUE", KEEP_PAYMENT, ""),
    ("evaluation_form", "INSERT", "in_time", _CLOSED_FORM, NO_FORM, ""),
    ("evaluation", "UPDATE", "is_not_changed", "TRUE", KEEP_EVALUATION, ""),
    ("evaluation", "DELETE", "is_kept", "TRUE", KEEP_EVALUATION, ""),
)  # fmt: skip
#: On SQLite an INSERT OR REPLACE deletes the row before it, and no guard sees that.
UNREPLACED = {
    "award": (
        "id = NEW.id OR project_id = NEW.project_id OR public_id = NEW.public_id",
        KEEP_AWARD,
    ),
    "award_payment": ("id = NEW.id", KEEP_PAYMENT),
    "evaluation": ("round_id = NEW.round_id", KEEP_EVALUATION),
}
NEVER_EMPTIED = ("award", "award_payment", "evaluation")


def upgrade() -> None:
    _make_evaluation()
    _make_award()
    _make_what_awards_have()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, _event, name, *_rest in (*GUARDS, ("award", "UPDATE", "keeps_its_terms")):
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")


def _guard_sqlite() -> None:
    terms = ("award", "UPDATE", "keeps_its_terms", _other_terms("IS NOT"), TERMS, "")
    replaced = (
        (
            table,
            "INSERT",
            "replaces_none",
            f"EXISTS (SELECT 1 FROM {table} WHERE {same})",
            words,
            "",
        )
        for table, (same, words) in UNREPLACED.items()
    )
    for table, event, name, condition, words, _lock in (*GUARDS, terms, *replaced):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )


def _guard_postgresql() -> None:
    differs = _other_terms("IS DISTINCT FROM")
    terms = ("award", "UPDATE", "keeps_its_terms", differs, TERMS, "")
    for table, event, name, condition, words, lock in (*GUARDS, terms):
        row = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION guard_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            f"BEGIN {lock} IF {condition} THEN RAISE EXCEPTION '{words}' "
            f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $guard$"
        )
        op.execute(
            f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
        )
    for table in NEVER_EMPTIED:
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def _make_evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "learned <> '' AND changes <> ''", name=op.f("ck_evaluation_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_evaluation_published_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_evaluation_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_evaluation")),
    )
    op.create_table(
        "evaluation_form",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_time", sa.Text(), nullable=False),
        sa.Column("easy", sa.Text(), nullable=False),
        sa.Column("fair", sa.Text(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("better_state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "again IN ('','yes','no','not_sure')", name=op.f("ck_evaluation_form_again_known")
        ),
        sa.CheckConstraint(
            "better_state IN ('waiting','shown','not_shown')",
            name=op.f("ck_evaluation_form_better_state_known"),
        ),
        sa.CheckConstraint(
            "easy IN ('','1','2','3','4','5')", name=op.f("ck_evaluation_form_easy_known")
        ),
        sa.CheckConstraint(
            "fair IN ('','1','2','3','4','5')", name=op.f("ck_evaluation_form_fair_known")
        ),
        sa.CheckConstraint(
            "first_time IN ('','yes','no','not_sure')",
            name=op.f("ck_evaluation_form_first_time_known"),
        ),
        sa.CheckConstraint(
            "learned IN ('','yes','no','not_sure')", name=op.f("ck_evaluation_form_learned_known")
        ),
        sa.CheckConstraint("length(form_key) = 16", name=op.f("ck_evaluation_form_form_key_size")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_evaluation_form_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "form_key", name=op.f("pk_evaluation_form")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _make_award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("held_pence", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=False),
        sa.Column("offered_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("holder_kind", sa.String(length=6), nullable=True),
        sa.Column("holder_name", sa.String(length=150), nullable=False),
        sa.Column("constitution_on", sa.Date(), nullable=True),
        sa.Column("agreement_on", sa.Date(), nullable=True),
        sa.Column("is_under_16", sa.Boolean(), nullable=False),
        sa.Column("accepted_name", sa.String(length=100), nullable=False),
        sa.Column("accepted_role", sa.String(length=100), nullable=False),
        sa.Column("accepted_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("report_text", sa.Text(), nullable=False),
        sa.Column("report_people", sa.Integer(), nullable=True),
        sa.Column("report_left_pence", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("freed_decision", sa.String(length=8), nullable=True),
        sa.Column("freed_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "freed_decision IN ('offered','kept')", name=op.f("ck_award_freed_decision_known")
        ),
        sa.CheckConstraint(
            "freed_decision IS NULL OR (stage IN ('declined','withdrawn','failed') AND freed_reason <> '')",
            name=op.f("ck_award_freed_with_reason"),
        ),
        sa.CheckConstraint(
            "holder_kind IN ('body','host','adult','person')", name=op.f("ck_award_holder_known")
        ),
        sa.CheckConstraint(
            "holder_kind IS NULL OR NOT (is_under_16 AND holder_kind = 'person')",
            name=op.f("ck_award_under_16_has_a_holder"),
        ),
        sa.CheckConstraint(
            "holder_kind IS NULL OR holder_kind <> 'body' OR constitution_on IS NOT NULL",
            name=op.f("ck_award_body_is_constituted"),
        ),
        sa.CheckConstraint(
            "holder_kind IS NULL OR holder_kind <> 'host' OR agreement_on IS NOT NULL",
            name=op.f("ck_award_host_agreed"),
        ),
        sa.CheckConstraint(
            "stage IN ('offered','accepted','under_way','reported','finished','declined','withdrawn','failed')",
            name=op.f("ck_award_stage_known"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('accepted','under_way','reported','finished') OR (holder_kind IS NOT NULL AND accepted_at IS NOT NULL)",
            name=op.f("ck_award_accepted_by_a_holder"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('declined','withdrawn','failed') OR reason <> ''",
            name=op.f("ck_award_reason_given"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('offered','accepted','under_way','reported') OR held_pence = amount_pence",
            name=op.f("ck_award_held_while_it_runs"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('reported','finished') OR (reported_at IS NOT NULL AND report_text <> '' AND report_people >= 0 AND report_left_pence >= 0)",
            name=op.f("ck_award_report_is_whole"),
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_award_amount_positive")),
        sa.CheckConstraint(
            "held_pence BETWEEN 0 AND amount_pence", name=op.f("ck_award_held_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["instead_of_id"], ["award.id"], name=op.f("fk_award_instead_of_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_award_project_id_project")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_award_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("instead_of_id", name=op.f("uq_award_instead_of_id")),
        sa.UniqueConstraint("project_id", name=op.f("uq_award_project_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
    )
    op.create_index(op.f("ix_award_round_id"), "award", ["round_id"], unique=False)
    op.create_index(op.f("ix_award_stage"), "award", ["stage"], unique=False)


def _make_what_awards_have() -> None:
    op.create_table(
        "award_bank",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_two", sa.String(length=2), nullable=False),
        sa.Column("given_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(last_two) = 2", name=op.f("ck_award_bank_last_two_size")),
        sa.CheckConstraint("length(sealed) > 28", name=op.f("ck_award_bank_sealed_size")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_bank_award_id_award")
        ),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_award_bank")),
    )
    op.create_table(
        "award_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_milestone_award_id_award")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_milestone")),
    )
    op.create_index(
        op.f("ix_award_milestone_award_id"), "award_milestone", ["award_id"], unique=False
    )
    op.create_table(
        "award_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('paid','returned')", name=op.f("ck_award_payment_kind_known")),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_award_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_payment_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_award_payment_recorded_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_payment")),
    )
    op.create_index(op.f("ix_award_payment_award_id"), "award_payment", ["award_id"], unique=False)
    op.create_table(
        "award_photo",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_photo_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_award_photo_picture_id_picture")
        ),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_award_photo")),
    )
    op.create_index(op.f("ix_award_photo_award_id"), "award_photo", ["award_id"], unique=False)
    op.create_table(
        "award_spending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_award_spending_amount_positive")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_spending_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["picture.id"], name=op.f("fk_award_spending_receipt_id_picture")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_spending")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_award_spending_receipt_id")),
    )
    op.create_index(
        op.f("ix_award_spending_award_id"), "award_spending", ["award_id"], unique=False
    )
