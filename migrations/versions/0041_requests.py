"""Participation requests with their decisions, processes and reports."""

import hashlib

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

#: Where a request may go; what is decided never comes back.
WAYS = {
    "draft": ("sent",),
    "sent": ("more_asked", "valid", "not_considered", "withdrawn"),
    "more_asked": ("sent", "not_considered", "withdrawn"),
    "valid": ("agreed", "refused", "not_considered", "withdrawn"),
    "agreed": ("under_way",),
    "under_way": ("ended",),
    "ended": ("reported",),
}
_WAY = " OR ".join(
    f"(OLD.stage = '{start}' AND NEW.stage IN ({', '.join(repr(end) for end in ends)}))"
    for start, ends in WAYS.items()
)
_WORDS = "title maker authority_id outcome reasons knowledge improvement".split()
_OTHER_WORDS = " OR ".join(f"NEW.{name} @ OLD.{name}" for name in _WORDS)
_DECIDED = (
    "EXISTS (SELECT 1 FROM request_decision d WHERE d.request_id = NEW.id "
    "AND d.agreed = (NEW.stage = 'agreed'))"
)
_AGREED = (
    "EXISTS (SELECT 1 FROM request_decision d WHERE d.request_id = NEW.request_id AND d.agreed "
    "AND (NEW.notice_on IS NULL OR NEW.notice_on >= d.decided_on))"
)
_LONGER = (
    "EXISTS (SELECT 1 FROM request_extension e WHERE e.request_id = NEW.id "
    "AND e.was = OLD.due_on AND e.until = NEW.due_on)"
)
_TO_DECIDE = (
    "EXISTS (SELECT 1 FROM participation_request r WHERE r.id = NEW.request_id "
    "AND r.stage = 'valid' AND NEW.{day} >= r.validated_on)"
)
_SETTLED = " OR ".join(
    f"(OLD.{day} IS NOT NULL AND NEW.{day} @ OLD.{day})"
    for day in ("notice_on", "started_on", "ended_on")
)
_ENDED = (
    "EXISTS (SELECT 1 FROM outcome_process p WHERE p.request_id = NEW.request_id "
    "AND p.ended_on IS NOT NULL)"
)
_STEP_DONE = (
    "(NEW.stage = 'under_way' AND NOT EXISTS (SELECT 1 FROM outcome_process p "
    "WHERE p.request_id = NEW.id AND p.started_on IS NOT NULL)) "
    "OR (NEW.stage = 'ended' AND NOT EXISTS (SELECT 1 FROM outcome_process p "
    "WHERE p.request_id = NEW.id AND p.ended_on IS NOT NULL)) "
    "OR (NEW.stage = 'reported' AND NOT EXISTS (SELECT 1 FROM request_report p "
    "WHERE p.request_id = NEW.id AND p.published_at IS NOT NULL))"
)

REQUEST = "participation_request"
WAY = "a participation request may not go to this stage from the one it is at"
BEGINS = "a participation request begins as a draft or when it comes in"
SENT = "what a participation request says stays once it is sent"
DATES = "the dates of a participation request stay, but for a longer time that was agreed"
NOTICE = "a participation request is decided by one notice with reasons"
DONE = "a process starts, ends and is reported with its dates and its report"
KEPT = "what was sent, decided or published about a request is kept as it is"
IN_TIME = "a request is decided, or given more time, once it is complete and not before"
OF_AGREED = "only an agreed request has a process"
ENDED = "a report is published when the process has ended, and stays as it is"

#: Table, event, name of the guard, when it refuses, and in which words. ``@`` stands for each
#: database's own word for “differs from, or only one of them is NULL”.
REQUEST_GUARDS = (
    (REQUEST, "UPDATE", "goes_its_way", f"NEW.stage <> OLD.stage AND NOT ({_WAY})", WAY),
    (REQUEST, "INSERT", "begins", "NEW.stage NOT IN ('draft', 'sent')", BEGINS),
    (
        REQUEST, "UPDATE", "keeps_its_words",
        f"OLD.stage NOT IN ('draft', 'more_asked') AND ({_OTHER_WORDS})",
        SENT,
    ),
    (
        REQUEST, "UPDATE", "keeps_its_dates",
        "(OLD.received_on IS NOT NULL AND NEW.received_on @ OLD.received_on) "
        "OR (OLD.validated_on IS NOT NULL AND NEW.validated_on @ OLD.validated_on) "
        f"OR (OLD.due_on IS NOT NULL AND NEW.due_on @ OLD.due_on AND NOT {_LONGER})",
        DATES,
    ),
    (
        REQUEST, "UPDATE", "is_decided_by_a_notice",
        f"NEW.stage IN ('agreed', 'refused') AND OLD.stage = 'valid' AND NOT {_DECIDED}",
        NOTICE,
    ),
    (REQUEST, "UPDATE", "does_its_steps", f"NEW.stage <> OLD.stage AND ({_STEP_DONE})", DONE),
    (REQUEST, "DELETE", "is_kept", "OLD.stage <> 'draft'", KEPT),
    (
        "request_decision", "INSERT", "is_of_a_whole_request",
        f"NOT {_TO_DECIDE.format(day='decided_on')}", IN_TIME,
    ),
    ("request_decision", "UPDATE", "is_not_changed", "TRUE", KEPT),
    ("request_decision", "DELETE", "is_kept", "TRUE", KEPT),
    ("request_ground", "UPDATE", "is_not_changed", "TRUE", KEPT),
    ("request_ground", "DELETE", "is_kept", "TRUE", KEPT),
    (
        "request_extension", "INSERT", "is_in_time",
        f"NOT {_TO_DECIDE.format(day='agreed_on')}", IN_TIME,
    ),
    ("request_extension", "UPDATE", "is_not_changed", "TRUE", KEPT),
    ("request_extension", "DELETE", "is_kept", "TRUE", KEPT),
    ("outcome_process", "INSERT", "is_of_an_agreed_request", f"NOT {_AGREED}", OF_AGREED),
    ("outcome_process", "UPDATE", "keeps_its_dates", f"{_SETTLED} OR NOT {_AGREED}", DONE),
    ("outcome_process", "DELETE", "is_kept", "TRUE", KEPT),
    (
        "request_report", "INSERT", "comes_after_the_process",
        f"NEW.published_at IS NOT NULL AND NOT {_ENDED}", ENDED,
    ),
    (
        "request_report", "UPDATE", "is_published_once",
        f"OLD.published_at IS NOT NULL OR (NEW.published_at IS NOT NULL AND NOT {_ENDED})", ENDED,
    ),
    ("request_report", "DELETE", "is_kept", "OLD.published_at IS NOT NULL", KEPT),
    ("request_year_report", "UPDATE", "is_not_changed", "TRUE", KEPT),
    ("request_year_report", "DELETE", "is_kept", "TRUE", KEPT),
)  # fmt: skip
#: On SQLite a REPLACE deletes the row before it, and on another program's connection no guard of
#: deletion is asked.
REQUEST_REPLACED = {
    "participation_request": "id = NEW.id OR slug = NEW.slug OR public_id = NEW.public_id",
    "request_decision": "request_id = NEW.request_id",
    "request_report": "request_id = NEW.request_id",
    "request_year_report": (
        "id = NEW.id OR (partner_id = NEW.partner_id AND year_start = NEW.year_start "
        "AND edition = NEW.edition)"
    ),
}
REQUEST_NEVER_EMPTIED = ("request_decision", "request_report", "request_year_report")

SIGNED = "what an assessment says stays once it is signed off"
PUBLISHED = "a published assessment is kept as it is"
SEAT = "a seat or a meeting that was held stays on record"
SCREEN_FIRST = "this partnership publishes no fund and no plan that was not screened"
_ASSESSED = "kind engagement_id plan_id is_strategic needed reason evidence engaged mitigation"
_OTHER = " OR ".join(f"NEW.{name} @ OLD.{name}" for name in _ASSESSED.split())

MORE_GUARDS = (
    (
        "assessment", "UPDATE", "keeps_its_words",
        f"OLD.signed_at IS NOT NULL AND ({_OTHER} OR NEW.signed_at @ OLD.signed_at "
        "OR NEW.signed_role @ OLD.signed_role)",
        SIGNED,
    ),
    ("assessment", "UPDATE", "is_published_once", "OLD.published_on IS NOT NULL", PUBLISHED),
    ("assessment", "DELETE", "is_kept", "OLD.signed_at IS NOT NULL", PUBLISHED),
    (
        "group_seat", "UPDATE", "keeps_where_it_is",
        "NEW.group_id <> OLD.group_id OR NEW.from_on <> OLD.from_on",
        SEAT,
    ),
    ("group_seat", "DELETE", "is_kept", "TRUE", SEAT),
    ("group_meeting", "DELETE", "is_kept", "TRUE", SEAT),
    ("agenda_item", "DELETE", "is_kept", "TRUE", SEAT),
)  # fmt: skip
MORE_REPLACED = {"assessment": "id = NEW.id"}
MORE_NEVER_EMPTIED = ()
_BINDS = "EXISTS (SELECT 1 FROM partnership p WHERE p.screening_binds)"
#: Guards of tables that stood before.
SCREENING = (
    (
        "round", "UPDATE", "is_screened_first",
        f"OLD.stage = 'preparing' AND NEW.stage <> OLD.stage AND NOT NEW.is_imported AND {_BINDS} "
        "AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.engagement_id = NEW.engagement_id)",
        SCREEN_FIRST,
    ),
    (
        "draft", "UPDATE", "is_screened_first",
        f"OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND {_BINDS} "
        "AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.plan_id = NEW.plan_id)",
        SCREEN_FIRST,
    ),
)  # fmt: skip


TABLES = (
    "request_report",
    "process_step",
    "meeting_body",
    "agenda_item",
    "request_ground",
    "outcome_process",
    "group_seat",
    "group_meeting",
    "assessment",
    "request_question",
    "request_extension",
    "request_decision",
    "request_authority",
    "partnership_group",
    "request_year_report",
    "participation_request",
    "errand",
    "correspondent",
)


def upgrade() -> None:
    _make_correspondent_and_more()
    _make_partnership_group_and_more()
    _make_request_question_and_more()
    _make_outcome_process_and_more()
    _make_process_step_and_more()
    _change_tables()
    _guard_all(
        REQUEST_GUARDS + MORE_GUARDS,
        {**REQUEST_REPLACED, **MORE_REPLACED},
        REQUEST_NEVER_EMPTIED + MORE_NEVER_EMPTIED,
    )


def downgrade() -> None:
    _change_back()
    for table in TABLES:
        op.drop_table(table)
    _drop_functions(REQUEST_GUARDS + MORE_GUARDS)


def _make_correspondent_and_more() -> None:
    op.create_table(
        "correspondent",
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("way", sa.String(length=5), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("postal", sa.String(length=250), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("unwanted", sa.String(length=200), nullable=False),
        sa.Column("changed_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "failed_at IS NULL OR address <> ''", name=op.f("ck_correspondent_failing_is_named")
        ),
        sa.CheckConstraint(
            "form IN ('plain','easy_read','large_print','bsl','audio')",
            name=op.f("ck_correspondent_form_known"),
        ),
        sa.CheckConstraint(
            "way <> 'phone' OR phone <> ''", name=op.f("ck_correspondent_phone_has_number")
        ),
        sa.CheckConstraint(
            "way <> 'post' OR postal <> ''", name=op.f("ck_correspondent_post_has_address")
        ),
        sa.CheckConstraint(
            "way IN ('email','post','phone')", name=op.f("ck_correspondent_way_known")
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_correspondent_failures_counted")),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_correspondent")),
    )
    op.create_index(
        op.f("ix_correspondent_failed_at"), "correspondent", ["failed_at"], unique=False
    )
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("reader", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("created_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NOT NULL) = (reader = '')", name=op.f("ck_errand_done_forgets_the_reader")
        ),
        sa.CheckConstraint("kind IN ('post','phone','form')", name=op.f("ck_errand_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("once", name=op.f("uq_errand_once")),
    )
    op.create_index(op.f("ix_errand_done_at"), "errand", ["done_at"], unique=False)
    op.create_table(
        "participation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=True),
        sa.Column("maker", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("stage", sa.String(length=15), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("knowledge", sa.Text(), nullable=False),
        sa.Column("improvement", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("whole_on", sa.Date(), nullable=True),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'draft') = (received_on IS NULL)",
            name=op.f("ck_participation_request_sent_is_received"),
        ),
        sa.CheckConstraint(
            "maker IN ('community_council','controlled','group','designated')",
            name=op.f("ck_participation_request_maker_known"),
        ),
        sa.CheckConstraint(
            "source IN ('online','paper')", name=op.f("ck_participation_request_source_known")
        ),
        sa.CheckConstraint(
            "stage <> 'not_considered' OR (earlier_id IS NOT NULL AND reason <> '')",
            name=op.f("ck_participation_request_not_considered_has_reason"),
        ),
        sa.CheckConstraint(
            "stage IN ('draft','sent','more_asked','valid','agreed','under_way','ended','reported','refused','not_considered','withdrawn')",
            name=op.f("ck_participation_request_stage_known"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('valid','agreed','under_way','ended','reported','refused') OR (validated_on IS NOT NULL AND due_on IS NOT NULL AND outcome <> '' AND reasons <> '' AND knowledge <> '' AND improvement <> '')",
            name=op.f("ck_participation_request_valid_is_whole"),
        ),
        sa.CheckConstraint(
            "due_on > validated_on", name=op.f("ck_participation_request_due_after_validation")
        ),
        sa.CheckConstraint(
            "validated_on >= received_on",
            name=op.f("ck_participation_request_validated_after_receipt"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["partner.id"],
            name=op.f("fk_participation_request_authority_id_partner"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_participation_request_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"],
            ["participation_request.id"],
            name=op.f("fk_participation_request_earlier_id_participation_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_participation_request_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_participation_request_slug")),
    )
    op.create_index(
        op.f("ix_participation_request_body_id"), "participation_request", ["body_id"], unique=False
    )
    op.create_index(
        op.f("ix_participation_request_received_on"),
        "participation_request",
        ["received_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_participation_request_stage"), "participation_request", ["stage"], unique=False
    )
    op.create_table(
        "request_year_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("promoted", sa.Text(), nullable=False),
        sa.Column("supported", sa.Text(), nullable=False),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "edition = 1 OR reason <> ''", name=op.f("ck_request_year_report_correction_has_reason")
        ),
        sa.CheckConstraint(
            "promoted <> '' AND supported <> ''",
            name=op.f("ck_request_year_report_says_what_was_done"),
        ),
        sa.CheckConstraint(
            "received >= 0 AND agreed >= 0 AND refused >= 0 AND changed >= 0 AND agreed + refused <= received AND changed <= agreed",
            name=op.f("ck_request_year_report_figures_fit"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_request_year_report_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["account.id"],
            name=op.f("fk_request_year_report_published_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_year_report")),
        sa.UniqueConstraint(
            "partner_id",
            "year_start",
            "edition",
            name=op.f("uq_request_year_report_partner_id_year_start_edition"),
        ),
    )


def _make_partnership_group_and_more() -> None:
    op.create_table(
        "partnership_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("has_seats", sa.Boolean(), nullable=False),
        sa.Column("no_seat_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "has_seats OR no_seat_reason <> ''",
            name=op.f("ck_partnership_group_no_seat_has_reason"),
        ),
        sa.CheckConstraint(
            "level IN ('board','theme','locality')", name=op.f("ck_partnership_group_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_partnership_group_locality_id_locality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_group")),
        sa.UniqueConstraint("name", name=op.f("uq_partnership_group_name")),
    )
    op.create_table(
        "request_authority",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(answer = '') = (answered_on IS NULL)",
            name=op.f("ck_request_authority_answer_has_day"),
        ),
        sa.CheckConstraint(
            "answer <> 'no' OR reason <> ''", name=op.f("ck_request_authority_no_has_reason")
        ),
        sa.CheckConstraint(
            "answer IN ('','yes','no')", name=op.f("ck_request_authority_answer_known")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_request_authority_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["participation_request.id"],
            name=op.f("fk_request_authority_request_id_participation_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", "partner_id", name=op.f("pk_request_authority")),
    )
    op.create_table(
        "request_decision",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("group_part", sa.Text(), nullable=False),
        sa.Column("others_part", sa.Text(), nullable=False),
        sa.Column("stage_reached", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "agreed = false OR (operation <> '' AND group_part <> '')",
            name=op.f("ck_request_decision_agreed_says_how"),
        ),
        sa.CheckConstraint("reasons <> ''", name=op.f("ck_request_decision_has_reasons")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_request_decision_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["participation_request.id"],
            name=op.f("fk_request_decision_request_id_participation_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_decision")),
    )
    op.create_table(
        "request_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_request_extension_has_reason")),
        sa.CheckConstraint("until > was", name=op.f("ck_request_extension_is_longer")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["participation_request.id"],
            name=op.f("fk_request_extension_request_id_participation_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_extension")),
    )
    op.create_index(
        op.f("ix_request_extension_request_id"), "request_extension", ["request_id"], unique=False
    )


def _make_request_question_and_more() -> None:
    op.create_table(
        "request_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint("what <> ''", name=op.f("ck_request_question_says_what")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["participation_request.id"],
            name=op.f("fk_request_question_request_id_participation_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_question")),
    )
    op.create_index(
        op.f("ix_request_question_request_id"), "request_question", ["request_id"], unique=False
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("is_strategic", sa.Boolean(), nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("engaged", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=False),
        sa.Column("signed_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_role", sa.String(length=100), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_role = '')",
            name=op.f("ck_assessment_signed_by_somebody"),
        ),
        sa.CheckConstraint(
            "kind <> 'fairer_scotland' OR is_strategic",
            name=op.f("ck_assessment_fairer_if_strategic"),
        ),
        sa.CheckConstraint(
            "kind IN ('equality','fairer_scotland','children','islands')",
            name=op.f("ck_assessment_kind_known"),
        ),
        sa.CheckConstraint(
            "needed OR reason <> ''", name=op.f("ck_assessment_not_needed_has_reason")
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR NOT needed OR (evidence <> '' AND engaged <> '' AND mitigation <> '')",
            name=op.f("ck_assessment_signed_is_whole"),
        ),
        sa.CheckConstraint(
            "(engagement_id IS NULL) <> (plan_id IS NULL)",
            name=op.f("ck_assessment_is_of_one_thing"),
        ),
        sa.CheckConstraint(
            "published_on IS NULL OR signed_at IS NOT NULL",
            name=op.f("ck_assessment_published_is_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_assessment_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_assessment_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["account.id"], name=op.f("fk_assessment_signed_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("kind", "engagement_id", name=op.f("uq_assessment_kind_engagement_id")),
        sa.UniqueConstraint("kind", "plan_id", name=op.f("uq_assessment_kind_plan_id")),
    )
    op.create_index(
        op.f("ix_assessment_engagement_id"), "assessment", ["engagement_id"], unique=False
    )
    op.create_index(op.f("ix_assessment_plan_id"), "assessment", ["plan_id"], unique=False)
    op.create_table(
        "group_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("is_monitoring", sa.Boolean(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "challenge = '' OR is_monitoring",
            name=op.f("ck_group_meeting_challenge_where_it_is_monitored"),
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_group_meeting_people_counted")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["partnership_group.id"],
            name=op.f("fk_group_meeting_group_id_partnership_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_meeting")),
        sa.UniqueConstraint("group_id", "on_day", name=op.f("uq_group_meeting_group_id_on_day")),
    )
    op.create_index(op.f("ix_group_meeting_group_id"), "group_meeting", ["group_id"], unique=False)
    op.create_index(op.f("ix_group_meeting_on_day"), "group_meeting", ["on_day"], unique=False)
    op.create_table(
        "group_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_group_seat_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_group_seat_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["partnership_group.id"],
            name=op.f("fk_group_seat_group_id_partnership_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_seat")),
        sa.UniqueConstraint(
            "group_id", "body_id", "from_on", name=op.f("uq_group_seat_group_id_body_id_from_on")
        ),
    )
    op.create_index(op.f("ix_group_seat_body_id"), "group_seat", ["body_id"], unique=False)
    op.create_index(op.f("ix_group_seat_group_id"), "group_seat", ["group_id"], unique=False)


def _make_outcome_process_and_more() -> None:
    op.create_table(
        "outcome_process",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("comments", sa.Text(), nullable=False),
        sa.Column("commented_on", sa.Date(), nullable=True),
        sa.Column("was_running", sa.Boolean(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "notice_on IS NULL OR operation <> ''", name=op.f("ck_outcome_process_notice_says_how")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR (started_on IS NOT NULL AND ended_on >= started_on)",
            name=op.f("ck_outcome_process_ends_after_start"),
        ),
        sa.CheckConstraint(
            "started_on IS NULL OR (notice_on IS NOT NULL AND started_on >= notice_on) OR was_running",
            name=op.f("ck_outcome_process_starts_after_notice"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request_decision.request_id"],
            name=op.f("fk_outcome_process_request_id_request_decision"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_outcome_process")),
    )
    op.create_table(
        "request_ground",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=15), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "answer IN ('likely','unlikely','no_bearing')",
            name=op.f("ck_request_ground_answer_known"),
        ),
        sa.CheckConstraint(
            "ground IN ('economic','regeneration','health','social','environment','inequality','taking_part','services','other')",
            name=op.f("ck_request_ground_ground_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request_decision.request_id"],
            name=op.f("fk_request_ground_request_id_request_decision"),
        ),
        sa.PrimaryKeyConstraint("request_id", "ground", name=op.f("pk_request_ground")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "fate = 'open' OR became <> ''", name=op.f("ck_agenda_item_settled_says_how")
        ),
        sa.CheckConstraint(
            "fate IN ('open','agreed','in_part','not_agreed')",
            name=op.f("ck_agenda_item_fate_known"),
        ),
        sa.CheckConstraint("what <> ''", name=op.f("ck_agenda_item_says_what")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_agenda_item_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["group_meeting.id"],
            name=op.f("fk_agenda_item_meeting_id_group_meeting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index(op.f("ix_agenda_item_meeting_id"), "agenda_item", ["meeting_id"], unique=False)
    op.create_table(
        "meeting_body",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_meeting_body_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["group_meeting.id"],
            name=op.f("fk_meeting_body_meeting_id_group_meeting"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "body_id", name=op.f("pk_meeting_body")),
    )


def _make_process_step_and_more() -> None:
    op.create_table(
        "process_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("consulted", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind = 'stage' OR consulted <> ''",
            name=op.f("ck_process_step_change_was_talked_about"),
        ),
        sa.CheckConstraint("kind IN ('stage','change')", name=op.f("ck_process_step_kind_known")),
        sa.CheckConstraint("what <> ''", name=op.f("ck_process_step_says_what")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["outcome_process.request_id"],
            name=op.f("fk_process_step_request_id_outcome_process"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_step")),
    )
    op.create_index(
        op.f("ix_process_step_request_id"), "process_step", ["request_id"], unique=False
    )
    op.create_table(
        "request_report",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("improved", sa.String(length=10), nullable=False),
        sa.Column("improvement", sa.Text(), nullable=False),
        sa.Column("influence", sa.Text(), nullable=False),
        sa.Column("informing", sa.Text(), nullable=False),
        sa.Column("service_changed", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("viewed_on", sa.Date(), nullable=True),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "improved IN ('yes','partly','no','too_early')",
            name=op.f("ck_request_report_improved_known"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (summary <> '' AND influence <> '' AND informing <> '' AND asked_on IS NOT NULL)",
            name=op.f("ck_request_report_published_is_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["outcome_process.request_id"],
            name=op.f("fk_request_report_request_id_outcome_process"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_report")),
    )


#: What a message is about, the form that its reader asked for, and how it came back.
MESSAGE_COLUMNS = {
    "topic": "VARCHAR(20) NOT NULL DEFAULT ''",
    "form": "VARCHAR(12) NOT NULL DEFAULT 'plain'",
    "language": "VARCHAR(40) NOT NULL DEFAULT ''",
    "ref": "VARCHAR(24) NOT NULL DEFAULT ''",
    "bounced_at": "{instant}",
}


def _change_tables() -> None:
    instant = "DATETIME" if _on_sqlite() else "TIMESTAMP WITH TIME ZONE"
    for name, kind in MESSAGE_COLUMNS.items():
        op.execute(f"ALTER TABLE message ADD COLUMN {name} {kind.format(instant=instant)}")
    op.execute("ALTER TABLE partnership ADD COLUMN screening_binds BOOLEAN NOT NULL DEFAULT false")
    for guard in SCREENING:
        _guard(*guard)
    op.create_index(op.f("ix_message_ref"), "message", ["ref"], unique=False)
    connection = op.get_bind()
    for number, once in connection.execute(sa.text("SELECT id, once FROM message")).all():
        ref = hashlib.sha256(once.encode()).hexdigest()[:24]
        connection.execute(
            sa.text("UPDATE message SET ref = :ref WHERE id = :id"), {"ref": ref, "id": number}
        )


def _change_back() -> None:
    for table, _event, name, *_rest in SCREENING:
        if _on_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    op.execute("ALTER TABLE partnership DROP COLUMN screening_binds")
    op.drop_index(op.f("ix_message_ref"), "message")
    for name in MESSAGE_COLUMNS:
        op.execute(f"ALTER TABLE message DROP COLUMN {name}")


def _guard_all(guards: tuple, replaced: dict, never_emptied: tuple) -> None:
    for guard in guards:
        _guard(*guard)
    if _on_sqlite():
        for table, same in replaced.items():
            found = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
            _guard(table, "INSERT", "replaces_none", found, "nothing that stands is replaced")
        return
    for table in never_emptied:
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def _drop_functions(guards: tuple) -> None:
    """Drop what the guards of dropped tables called."""
    if not _on_sqlite():
        for table, _event, name, *_rest in guards:
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str, event: str, name: str, condition: str, words: str) -> None:
    run = op.get_bind().exec_driver_sql
    if _on_sqlite():
        run(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
            f"WHEN {condition.replace('@', 'IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    guard, row = f"guard_{table}_{name}", "OLD" if event == "DELETE" else "NEW"
    run(
        f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {condition.replace('@', 'IS DISTINCT FROM')} THEN "
        f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {row}; END $guard$"
    )
    run(f"CREATE TRIGGER {guard} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {guard}()")
