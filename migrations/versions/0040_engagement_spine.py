"""The engagement as spine: packs, LEAP, the National Standards, the shared calendar, decisions."""

from datetime import date

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLES = (
    "election",
    "engagement_settings",
    "calendar_entry",
    "engagement_decision",
    "engagement_partner",
    "evidence_use",
    "information_pack",
    "leap_indicator",
    "leap_record",
    "participant_view",
    "standard_answer",
    "leap_judgement",
    "standard_evidence",
)

STAGES = "'understand','prioritise','design','resource','deliver','review'"
TOPICS = (
    "'','transport','housing','health','children','learning','work','climate','places','safety',"
    "'culture','planning','other'"
)
#: New columns of an engagement: name, type and default, condition and its name. {time} is each
#: database's own type of an instant.
COLUMNS = (
    ("stage", "VARCHAR(10) NOT NULL DEFAULT 'understand'", "stage_known", f"stage IN ({STAGES})"),
    ("value_pence", "BIGINT", "value_not_negative", "value_pence >= 0"),
    ("topic", "VARCHAR(10) NOT NULL DEFAULT ''", "topic_known", f"topic IN ({TOPICS})"),
    ("changed_since", "TEXT NOT NULL DEFAULT ''", "", ""),
    ("minutes_asked", "INTEGER", "minutes_sensible", "minutes_asked BETWEEN 1 AND 6000"),
    ("is_public", "BOOLEAN NOT NULL DEFAULT true", "", ""),
    (
        "reuse_notice",
        "VARCHAR(10) NOT NULL DEFAULT ''",
        "notice_known",
        "reuse_notice IN ('','none','published','plans')",
    ),
    ("reuse_words", "TEXT NOT NULL DEFAULT ''", "", ""),
    ("opened_at", "{time}", "", ""),
    ("closed_at", "{time}", "", ""),
    (
        "standards_scope",
        "VARCHAR(5) NOT NULL DEFAULT ''",
        "standards_scope_known",
        "standards_scope IN ('','seven','full')",
    ),
    ("standards_edition", "VARCHAR(8) NOT NULL DEFAULT ''", "", ""),
    ("view_code", "VARCHAR(32)", "", ""),
    ("changed_at", "{time}", "", ""),
)
TIME = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}

#: The council elections of 2027: the poll is on the first Thursday in May of the fifth year. In
#: 2017 and in 2022 the quiet time began 52 days before the poll, with the notice of election.
COUNCILS_2027 = {
    "title": "Council elections",
    "poll_on": date(2027, 5, 6),
    "quiet_from": date(2027, 3, 15),
    "source": (
        "Poll: Local Government etc. (Scotland) Act 1994, section 5, as changed by the Scottish "
        "Elections (Reform) Act 2020: every fifth year on the first Thursday in May, last on "
        "5 May 2022. Quiet time: it begins with the notice of election, which is not published "
        "yet. Councils began theirs on 13 March 2017 and on 14 March 2022, both 52 days before "
        "the poll: we counted the same. Change it when the notice is out."
    ),
}


#: What makes the 38 indicators apply to an engagement in the row {row}.
WORTH = (
    "coalesce({row}.value_pence, 0) >= coalesce((SELECT s.standards_from_pence "
    "FROM engagement_settings s WHERE s.id = 1), 2500000)"
)


def _count(letter: str, phase: str, kept: str) -> str:
    """SQL for how many indicators of a Standard officers answered or scored."""
    return (
        "(SELECT count(*) FROM standard_answer a WHERE a.engagement_id = NEW.id "
        f"AND a.edition = '2016' AND a.phase = '{phase}' AND a.whose = '' AND {kept} "
        f"AND a.indicator LIKE '{letter}_')"
    )


def _shown(letter: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM standard_evidence v JOIN standard_answer a ON a.id = v.answer_id "
        "WHERE a.engagement_id = NEW.id AND a.phase = 'review' "
        f"AND a.indicator LIKE '{letter}_')"
    )


def _of(engagement: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM engagement e WHERE e.id = {engagement} AND {condition})"


ANSWERED = "a.answer <> ''"
IS_OPENING = "OLD.opened_at IS NULL AND NEW.opened_at IS NOT NULL"
IS_CLOSING = "OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL"
IN_TIME = {
    "sqlite": "p.published_on <= date(NEW.opens_at, '+1 hour')",
    "postgresql": "p.published_on <= (NEW.opens_at AT TIME ZONE 'Europe/London')::date",
}
LATELY = {
    "sqlite": "o.closes_at > datetime(NEW.opens_at, '-183 days')",
    "postgresql": "o.closes_at > NEW.opens_at - interval '183 days'",
}
SAME_PEOPLE = (
    "o.topic = NEW.topic AND o.opens_at <= NEW.opens_at AND (o.locality_id IS NULL "
    "OR NEW.locality_id IS NULL OR o.locality_id = NEW.locality_id)"
)

PLANNED_WELL = "one of this worth opens once Inclusion, Support and Planning are answered"
READ_FIRST = "one of this worth opens once information for people is published"
WHAT_CHANGED = "who asks the same people about the same within six months says what changed"
OPENS_ONCE = "an engagement opens once, with the Standards that it opened under"
OPENED_LATER = "one of this worth is planned before it opens"
REVIEWED_WELL = "one of this worth closes once Communication and Impact are scored, with evidence"
CLOSES_ONCE = "an engagement closes once, after it was opened"
AS_TOLD = "what people were told about later uses stays as they were told it"
PLAN_STANDS = "what the plan answers is fixed once the engagement is open"
REVIEW_STANDS = "what a closed engagement says of itself is fixed"
OWN_PACK = "evidence is a pack of the same engagement"
INDICATORS_STAND = "indicators are set in the plan, before the engagement opens"
JUDGED_WHILE_OPEN = "indicators are judged after the engagement opened and before it is closed"
NOT_ALLOWED = "what people said is used again only as they were told"
VIEWS_OPEN = "people say how it was after the engagement opened and before it is closed"
VIEWS_STAND = "what somebody said about an engagement is never changed"
PACKS_STAND = "what people were given to read stays once the engagement is open"


def _guards() -> list[tuple[str, str, str, str, str]]:
    """Table, event, name of the guard, when it refuses, and in which words. ``@``: differs from."""
    worth = WORTH.format(row="NEW")
    planned = " OR ".join(
        f"{_count(letter, 'plan', ANSWERED)} < {number}"
        for letter, number in (("I", 4), ("S", 3), ("P", 6))
    )
    reviewed = " OR ".join(
        f"{_count(letter, 'review', 'a.score IS NOT NULL')} < {number} OR NOT {_shown(letter)}"
        for letter, number in (("C", 6), ("X", 7))
    )
    entered = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} o WHERE {own} AND {LATELY[_dialect()]} AND {SAME_PEOPLE})"
        for table, own in (
            ("engagement", "o.opened_at IS NOT NULL"),
            ("calendar_entry", "o.id <> coalesce(NEW.id, 0) AND o.cancelled_at IS NULL"),
        )
    )
    asked = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} o WHERE {own} AND {LATELY[_dialect()]} AND {SAME_PEOPLE})"
        for table, own in (
            ("engagement", "o.id <> NEW.id AND o.opened_at IS NOT NULL"),
            ("calendar_entry", "o.cancelled_at IS NULL"),
        )
    )
    return [
        (
            "engagement",
            "INSERT",
            "is_planned_first",
            f"NEW.opened_at IS NOT NULL AND {worth}",
            OPENED_LATER,
        ),
        (
            "engagement",
            "UPDATE",
            "is_planned_well",
            f"{IS_OPENING} AND {worth} AND (NEW.standards_scope <> 'full' OR {planned})",
            PLANNED_WELL,
        ),
        (
            "engagement",
            "UPDATE",
            "is_read_about_first",
            f"{IS_OPENING} AND {worth} AND NOT EXISTS (SELECT 1 FROM information_pack p WHERE p.engagement_id = NEW.id AND {IN_TIME[_dialect()]})",
            READ_FIRST,
        ),
        (
            "engagement",
            "UPDATE",
            "says_what_changed",
            f"{IS_OPENING} AND NEW.topic <> '' AND NEW.changed_since = '' AND ({asked})",
            WHAT_CHANGED,
        ),
        (
            "engagement",
            "UPDATE",
            "opens_once",
            "OLD.opened_at IS NOT NULL AND (NEW.opened_at @ OLD.opened_at OR NEW.standards_scope <> OLD.standards_scope OR NEW.standards_edition <> OLD.standards_edition)",
            OPENS_ONCE,
        ),
        (
            "engagement",
            "UPDATE",
            "is_reviewed_well",
            f"{IS_CLOSING} AND NEW.standards_scope = 'full' AND ({reviewed})",
            REVIEWED_WELL,
        ),
        (
            "engagement",
            "UPDATE",
            "closes_once",
            f"(OLD.closed_at IS NOT NULL AND NEW.closed_at @ OLD.closed_at) OR ({IS_CLOSING} AND NEW.opened_at IS NULL)",
            CLOSES_ONCE,
        ),
        (
            "engagement",
            "UPDATE",
            "keeps_its_notice",
            "OLD.opened_at IS NOT NULL AND OLD.reuse_notice <> '' AND (NEW.reuse_notice <> OLD.reuse_notice OR NEW.reuse_words <> OLD.reuse_words)",
            AS_TOLD,
        ),
        (
            "consultation",
            "UPDATE",
            "opens_by_its_engagement",
            f"OLD.stage = 'preparing' AND NEW.stage <> 'preparing' AND {_of('NEW.engagement_id', 'e.opened_at IS NULL AND ' + WORTH.format(row='e'))}",
            PLANNED_WELL,
        ),
        (
            "round",
            "UPDATE",
            "opens_by_its_engagement",
            f"OLD.stage = 'preparing' AND NEW.stage <> 'preparing' AND {_of('NEW.engagement_id', 'e.opened_at IS NULL AND ' + WORTH.format(row='e'))}",
            PLANNED_WELL,
        ),
        *_kept(
            "calendar_entry",
            "says_what_changed",
            ("INSERT", "UPDATE"),
            "NEW.cancelled_at IS NULL AND NEW.topic <> '' AND NEW.changed_since = '' "
            f"AND ({entered})",
            WHAT_CHANGED,
        ),
        *_kept(
            "standard_answer",
            "stays_in_the_plan",
            ("UPDATE", "DELETE"),
            "OLD.phase = 'plan' AND "
            + _of("OLD.engagement_id", "e.opened_at IS NOT NULL AND e.standards_scope = 'full'"),
            PLAN_STANDS,
        ),
        *_kept(
            "standard_answer",
            "stays_in_the_review",
            ("INSERT", "UPDATE", "DELETE"),
            _of("{row}.engagement_id", "e.closed_at IS NOT NULL"),
            REVIEW_STANDS,
        ),
        *_kept(
            "standard_evidence",
            "stays_in_the_review",
            ("INSERT", "UPDATE", "DELETE"),
            "EXISTS (SELECT 1 FROM standard_answer a JOIN engagement e ON e.id = a.engagement_id WHERE a.id = {row}.answer_id AND e.closed_at IS NOT NULL)",
            REVIEW_STANDS,
        ),
        *_kept(
            "standard_evidence",
            "is_its_own",
            ("INSERT", "UPDATE"),
            "NEW.pack_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM standard_answer a JOIN information_pack p ON p.engagement_id = a.engagement_id WHERE a.id = NEW.answer_id AND p.id = NEW.pack_id)",
            OWN_PACK,
        ),
        *_kept(
            "leap_indicator",
            "is_set_before",
            ("INSERT", "UPDATE", "DELETE"),
            _of("{row}.engagement_id", "e.opened_at IS NOT NULL"),
            INDICATORS_STAND,
        ),
        *_kept(
            "leap_judgement",
            "is_made_while_open",
            ("INSERT", "UPDATE", "DELETE"),
            _of("{row}.engagement_id", "(e.opened_at IS NULL OR e.closed_at IS NOT NULL)"),
            JUDGED_WHILE_OPEN,
        ),
        *_kept(
            "evidence_use",
            "is_as_told",
            ("INSERT", "UPDATE"),
            _of(
                "NEW.engagement_id",
                "NOT (e.reuse_notice = 'plans' OR (e.reuse_notice = 'published' AND NEW.basis = 'published'))",
            ),
            NOT_ALLOWED,
        ),
        *_kept(
            "participant_view",
            "comes_while_open",
            ("INSERT",),
            _of("NEW.engagement_id", "(e.opened_at IS NULL OR e.closed_at IS NOT NULL)"),
            VIEWS_OPEN,
        ),
        *_kept("participant_view", "stays", ("UPDATE", "DELETE"), "1 = 1", VIEWS_STAND),
        *_kept(
            "information_pack",
            "stays",
            ("UPDATE", "DELETE"),
            _of("OLD.engagement_id", "e.opened_at IS NOT NULL"),
            PACKS_STAND,
        ),
    ]


def _kept(
    table: str, name: str, events: tuple[str, ...], condition: str, words: str
) -> list[tuple[str, str, str, str, str]]:
    """The same guard for several events; {row} is the row that each has."""
    return [
        (
            table,
            event,
            f"{event.lower()}_{name}",
            condition.replace("{row}", "NEW" if event == "INSERT" else "OLD"),
            words,
        )
        for event in events
    ]


def upgrade() -> None:
    time = TIME[_dialect()]
    for name, kind, check, condition in COLUMNS:
        constraint = f" CONSTRAINT ck_engagement_{check} CHECK ({condition})" if check else ""
        op.execute(f"ALTER TABLE engagement ADD COLUMN {name} {kind.format(time=time)}{constraint}")
    op.create_index("ix_engagement_view_code", "engagement", ["view_code"], unique=True)
    _make_tables()
    _open_what_is_open()
    for guard in _guards():
        _guard(*guard)
    election = sa.table(
        "election",
        sa.column("title", sa.String),
        sa.column("poll_on", sa.Date),
        sa.column("quiet_from", sa.Date),
        sa.column("source", sa.Text),
    )
    op.bulk_insert(election, [COUNCILS_2027])


def _open_what_is_open() -> None:
    """Take for opened what people can see already: it was, by the ways of its kind."""
    for kind, is_open in (
        ("consultation", "SELECT engagement_id FROM consultation WHERE stage <> 'preparing'"),
        ("round", "SELECT engagement_id FROM round WHERE stage <> 'preparing'"),
        ("event", "SELECT id FROM engagement WHERE opens_at <= CURRENT_TIMESTAMP"),
    ):
        op.execute(
            "UPDATE engagement SET opened_at = opens_at, standards_scope = 'seven', "
            f"standards_edition = '2016' WHERE kind = '{kind}' AND id IN ({is_open})"
        )


def downgrade() -> None:
    for table, _event, name, _condition, _words in _guards():
        _take_away(table, name)
    op.drop_index("ix_invitation_invited_at", "invitation")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_engagement_view_code", "engagement")
    for name, _kind, _check, _condition in reversed(COLUMNS):
        op.execute(f"ALTER TABLE engagement DROP COLUMN {name}")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _guard(table: str, event: str, name: str, condition: str, words: str) -> None:
    run = op.get_bind().exec_driver_sql
    if _dialect() == "sqlite":
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


def _take_away(table: str, name: str) -> None:
    if _dialect() == "sqlite":
        op.execute(f"DROP TRIGGER {table}_{name}")
        return
    op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION guard_{table}_{name}()")


def _make_tables() -> None:
    op.create_table(
        "election",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("poll_on", sa.Date(), nullable=False),
        sa.Column("quiet_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_election_source_given")),
        sa.CheckConstraint("quiet_from <= poll_on", name=op.f("ck_election_quiet_before_the_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_election")),
    )
    op.create_index("ix_election_poll_on", "election", ["poll_on"], unique=False)
    op.create_table(
        "engagement_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("standards_from_pence", sa.BigInteger(), nullable=False),
        sa.Column("value_always_needed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_engagement_settings_one_row")),
        sa.CheckConstraint(
            "standards_from_pence >= 0", name=op.f("ck_engagement_settings_value_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_settings")),
    )
    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=10), nullable=False),
        sa.Column("changed_since", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("changed_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('meeting','survey','drop_in','workshop','other')",
            name=op.f("ck_calendar_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "topic IN ('','transport','housing','health','children','learning','work','climate','places','safety','culture','planning','other')",
            name=op.f("ck_calendar_entry_topic_known"),
        ),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_calendar_entry_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_calendar_entry_locality_id_locality")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_calendar_entry_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_entry_uid")),
    )
    op.create_index("ix_calendar_entry_closes_at", "calendar_entry", ["closes_at"], unique=False)
    op.create_table(
        "engagement_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("level_offered", sa.String(length=12), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('invest','withdraw','change','plan')",
            name=op.f("ck_engagement_decision_kind_known"),
        ),
        sa.CheckConstraint(
            "level_offered IN ('inform','consult','involve','collaborate','empower')",
            name=op.f("ck_engagement_decision_level_known"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_engagement_decision_title_given")),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_engagement_decision_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_decision_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_decision")),
    )
    op.create_index(
        "ix_engagement_decision_engagement_id",
        "engagement_decision",
        ["engagement_id"],
        unique=False,
    )
    op.create_table(
        "engagement_partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_partner_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_engagement_partner_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_partner")),
        sa.UniqueConstraint(
            "engagement_id",
            "partner_id",
            name=op.f("uq_engagement_partner_engagement_id_partner_id"),
        ),
    )
    op.create_index(
        "ix_engagement_partner_partner_id", "engagement_partner", ["partner_id"], unique=False
    )
    op.create_table(
        "evidence_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("item_reference", sa.String(length=300), nullable=False),
        sa.Column("plan_kind", sa.String(length=12), nullable=False),
        sa.Column("plan_reference", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('published','notice')", name=op.f("ck_evidence_use_basis_known")
        ),
        sa.CheckConstraint(
            "item IN ('findings','responses','notes','figures','other')",
            name=op.f("ck_evidence_use_item_known"),
        ),
        sa.CheckConstraint(
            "item_reference <> '' AND plan_reference <> ''",
            name=op.f("ck_evidence_use_references_given"),
        ),
        sa.CheckConstraint(
            "plan_kind IN ('loip','locality','development','local_place','transport','health_care','justice','learning','other')",
            name=op.f("ck_evidence_use_plan_kind_known"),
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_evidence_use_by_account")),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_evidence_use_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_use")),
    )
    op.create_index(
        "ix_evidence_use_engagement_id", "evidence_use", ["engagement_id"], unique=False
    )
    op.create_table(
        "information_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=6), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("file_pdf", sa.LargeBinary(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "format IN ('web','pdf','print','easy_read','large_print','audio','video','braille')",
            name=op.f("ck_information_pack_format_known"),
        ),
        sa.CheckConstraint(
            "language IN ('en','gd','sco','bsl','pl','uk','ar','ur','zh','other')",
            name=op.f("ck_information_pack_language_known"),
        ),
        sa.CheckConstraint(
            "link <> '' OR file_pdf IS NOT NULL", name=op.f("ck_information_pack_there_to_read")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_information_pack_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_pack")),
        sa.UniqueConstraint(
            "engagement_id",
            "title",
            "version",
            "format",
            "language",
            name=op.f("uq_information_pack_engagement_id_title_version_format_language"),
        ),
    )
    op.create_table(
        "leap_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_leap_indicator_words_given")),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_leap_indicator_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leap_indicator")),
        sa.UniqueConstraint(
            "engagement_id", "position", name=op.f("uq_leap_indicator_engagement_id_position")
        ),
        sa.UniqueConstraint("id", "engagement_id", name=op.f("uq_leap_indicator_id_engagement_id")),
    )
    op.create_table(
        "leap_record",
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("stakeholders", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("processes", sa.Text(), nullable=False),
        sa.Column("outputs", sa.Text(), nullable=False),
        sa.Column("responsibilities", sa.Text(), nullable=False),
        sa.Column("monitoring", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("learning", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("changed_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_leap_record_changed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_leap_record_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("engagement_id", name=op.f("pk_leap_record")),
    )
    op.create_table(
        "participant_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("score_i", sa.Integer(), nullable=True),
        sa.Column("score_s", sa.Integer(), nullable=True),
        sa.Column("score_p", sa.Integer(), nullable=True),
        sa.Column("score_w", sa.Integer(), nullable=True),
        sa.Column("score_m", sa.Integer(), nullable=True),
        sa.Column("score_c", sa.Integer(), nullable=True),
        sa.Column("score_x", sa.Integer(), nullable=True),
        sa.Column("felt", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "felt IN ('','inform','consult','involve','collaborate','empower')",
            name=op.f("ck_participant_view_felt_known"),
        ),
        sa.CheckConstraint(
            "score_c BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_C_known")
        ),
        sa.CheckConstraint(
            "score_i BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_I_known")
        ),
        sa.CheckConstraint(
            "score_m BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_M_known")
        ),
        sa.CheckConstraint(
            "score_p BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_P_known")
        ),
        sa.CheckConstraint(
            "score_s BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_S_known")
        ),
        sa.CheckConstraint(
            "score_w BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_W_known")
        ),
        sa.CheckConstraint(
            "score_x BETWEEN 1 AND 6", name=op.f("ck_participant_view_score_X_known")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_participant_view_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_view")),
    )
    op.create_index(
        "ix_participant_view_engagement_id", "participant_view", ["engagement_id"], unique=False
    )
    op.create_table(
        "standard_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=8), nullable=False),
        sa.Column("indicator", sa.String(length=4), nullable=False),
        sa.Column("phase", sa.String(length=6), nullable=False),
        sa.Column("whose", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer <> '' OR score IS NOT NULL", name=op.f("ck_standard_answer_says_something")
        ),
        sa.CheckConstraint("edition IN ('2016')", name=op.f("ck_standard_answer_edition_known")),
        sa.CheckConstraint(
            "indicator IN ('C','C1','C2','C3','C4','C5','C6','I','I1','I2','I3','I4','M','M1','M2','M3','M4','M5','P','P1','P2','P3','P4','P5','P6','S','S1','S2','S3','W','W1','W2','W3','W4','W5','W6','W7','X','X1','X2','X3','X4','X5','X6','X7')",
            name=op.f("ck_standard_answer_indicator_known"),
        ),
        sa.CheckConstraint(
            "phase IN ('plan','review')", name=op.f("ck_standard_answer_phase_known")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 6", name=op.f("ck_standard_answer_score_known")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_standard_answer_by_account")),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_standard_answer_engagement_id_engagement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_answer")),
        sa.UniqueConstraint(
            "engagement_id",
            "edition",
            "indicator",
            "phase",
            "whose",
            name=op.f("uq_standard_answer_engagement_id_edition_indicator_phase_whose"),
        ),
    )
    op.create_table(
        "leap_judgement",
        sa.Column("indicator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("met", sa.String(length=8), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "met IN ('yes','partly','no','unknown')", name=op.f("ck_leap_judgement_met_known")
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_leap_judgement_by_account")),
        sa.ForeignKeyConstraint(
            ["indicator_id", "engagement_id"],
            ["leap_indicator.id", "leap_indicator.engagement_id"],
            name=op.f("fk_leap_judgement_indicator_id_leap_indicator"),
        ),
        sa.PrimaryKeyConstraint("indicator_id", name=op.f("pk_leap_judgement")),
    )
    op.create_table(
        "standard_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(kind = 'pack') = (pack_id IS NOT NULL)", name=op.f("ck_standard_evidence_pack_is_one")
        ),
        sa.CheckConstraint(
            "kind = 'pack' OR reference <> ''", name=op.f("ck_standard_evidence_reference_given")
        ),
        sa.CheckConstraint(
            "kind IN ('pack','event','finding','text')",
            name=op.f("ck_standard_evidence_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["standard_answer.id"],
            name=op.f("fk_standard_evidence_answer_id_standard_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"],
            ["information_pack.id"],
            name=op.f("fk_standard_evidence_pack_id_information_pack"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_evidence")),
    )
    op.create_index(
        "ix_standard_evidence_answer_id", "standard_evidence", ["answer_id"], unique=False
    )
    op.create_index("ix_invitation_invited_at", "invitation", ["invited_at"], unique=False)
