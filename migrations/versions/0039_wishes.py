"""Wishes by topic and stage, reasons told, outreach, support, contributions, readers' replies."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

WISH_STAYS = "what a group wished is kept as it was said; a new wish is a new row"
TOLD_STAYS = "a reason that was told is kept as it was told, until it is reopened"
TOLD_IS_KEPT = "a reason that was told is not deleted"
ITS_OFFER = "a reason about an offer belongs to the group and the engagement of that offer"
TOGETHER = "what is made together rests on the wish of that group to decide together at the least"
NIL_ALONE = "a partner that gave nothing in a year has no other row for that year"
OUTCOME_STAYS = "a barrier that has an outcome keeps one"
REPLY_STAYS = "what a reader replied is never changed"

_OTHER = (
    "EXISTS (SELECT 1 FROM partner_contribution c WHERE c.partner_id = NEW.partner_id "
    "AND c.year_start = NEW.year_start AND {other}(c.kind = 'nil' OR NEW.kind = 'nil'))"
)
_NO_WISH = (
    "NOT EXISTS (SELECT 1 FROM participation_wish w WHERE w.id = NEW.wish_id "
    "AND w.body_id = NEW.body_id AND w.level IN ('collaborate', 'empower'))"
)
_TELLS_OTHERWISE = " OR ".join(
    f"NEW.{column} @ OLD.{column}"
    for column in (
        "kind",
        "invitation_id",
        "engagement_id",
        "ask",
        "wish",
        "offer",
        "reason_code",
        "reason",
        "decided_by",
        "decided_on",
        "notified_on",
        "channel",
    )
)
#: On PostgreSQL two that enter a partner's year at once wait for each other.
_LOCK = "PERFORM 1 FROM partner WHERE id = NEW.partner_id FOR UPDATE;"
#: Table, event, name of the guard, when it refuses, in which words, and what it locks first.
#: ``@`` stands for each database's own word for “differs from, or only one of them is NULL”.
GUARDS = (
    (
        "participation_wish",
        "UPDATE",
        "stays_as_said",
        " OR ".join(
            f"NEW.{c} @ OLD.{c}"
            for c in ("level", "topic", "topic_key", "stage", "recorded_at", "source")
        ),
        WISH_STAYS,
        "",
    ),
    (
        "declination",
        "UPDATE",
        "stays_as_told",
        "OLD.state = 'closed' AND (NEW.state = 'open' "
        f"OR (NEW.state = 'closed' AND ({_TELLS_OTHERWISE})))",
        TOLD_STAYS,
        "",
    ),
    ("declination", "DELETE", "is_kept_once_told", "OLD.state = 'closed'", TOLD_IS_KEPT, ""),
    (
        "declination",
        "INSERT",
        "is_of_its_offer",
        "NEW.kind = 'offer' AND NOT EXISTS (SELECT 1 FROM invitation i "
        "WHERE i.id = NEW.invitation_id AND i.body_id = NEW.body_id "
        "AND i.engagement_id = NEW.engagement_id)",
        ITS_OFFER,
        "",
    ),
    ("coproduction", "INSERT", "rests_on_a_wish", _NO_WISH, TOGETHER, ""),
    (
        "coproduction",
        "UPDATE",
        "keeps_resting_on_a_wish",
        f"NEW.wish_id <> OLD.wish_id AND {_NO_WISH}",
        TOGETHER,
        "",
    ),
    (
        "partner_contribution",
        "INSERT",
        "has_nil_alone",
        _OTHER.format(other=""),
        NIL_ALONE,
        _LOCK,
    ),
    (
        "partner_contribution",
        "UPDATE",
        "keeps_nil_alone",
        _OTHER.format(other="c.id <> NEW.id AND "),
        NIL_ALONE,
        _LOCK,
    ),
    (
        "support_need",
        "UPDATE",
        "keeps_an_outcome",
        "OLD.outcome <> '' AND NEW.outcome = ''",
        OUTCOME_STAYS,
        "",
    ),
    ("reader_reply", "UPDATE", "stays_as_given", "1 = 1", REPLY_STAYS, ""),
)
#: Offers below a wish that were told before reasons had rows of their own: who decided is missing.
OLD_OFFERS = (
    "INSERT INTO declination (body_id, kind, invitation_id, engagement_id, ask, wish, offer, "
    "reason_code, reason, decided_by, decided_on, due_on, notified_on, channel, reply, "
    "reopened_why, state, recorded_at) SELECT body_id, 'offer', id, engagement_id, '', wish, level, "
    "'', reason, '', {day}, {due}, {told}, CASE WHEN told_at IS NULL THEN '' ELSE 'email' END, '', "
    "'', 'open', invited_at FROM invitation WHERE reason <> ''"
)
DAYS = {
    "sqlite": {
        "day": "date(invited_at)",
        "due": "date(invited_at, '+28 days')",
        "told": "date(told_at)",
    },
    "postgresql": {
        "day": "CAST(invited_at AS date)",
        "due": "CAST(invited_at AS date) + 28",
        "told": "CAST(told_at AS date)",
    },
}
COLUMNS = (
    ("participation_wish", "topic_key", "VARCHAR(100) NOT NULL DEFAULT ''"),
    (
        "participation_wish",
        "stage",
        "VARCHAR(12) NOT NULL DEFAULT '' CONSTRAINT ck_participation_wish_stage_known CHECK (stage "
        "IN ('','understand','prioritise','design','resource','deliver','review'))",
    ),
    (
        "partnership",
        "reason_days",
        "INTEGER NOT NULL DEFAULT 20 CONSTRAINT ck_partnership_reason_days_possible "
        "CHECK (reason_days BETWEEN 1 AND 100)",
    ),
)
#: In the order in which they are made.
TABLES = (
    "local_holiday",
    "publication",
    "reader_reply",
    "outreach_attempt",
    "partner_contribution",
    "peer_link",
    "wish_asked",
    "coproduction",
    "support_need",
    "declination",
)


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.execute("UPDATE participation_wish SET topic_key = lower(topic)")
    op.create_table(
        "local_holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_local_holiday")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("format", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(length=150), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('report','summary','easy_read','meeting','poster','film','talk','social','newsletter','radio')",
            name=op.f("ck_publication_kind_known"),
        ),
        sa.CheckConstraint(
            "reach IS NULL OR reach >= 0", name=op.f("ck_publication_reach_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_year_start"), "publication", ["year_start"], unique=False)
    op.create_table(
        "reader_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("understood", sa.Boolean(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.String(length=10), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "wanted IN ('','short','easy_read','meeting','film','print','gaelic','bsl','other')",
            name=op.f("ck_reader_reply_wanted_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_reply")),
    )
    op.create_index(
        op.f("ix_reader_reply_year_start"), "reader_reply", ["year_start"], unique=False
    )
    op.create_table(
        "outreach_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.Column("response", sa.String(length=5), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email','letter','phone','visit','event','school','messenger','social')",
            name=op.f("ck_outreach_attempt_channel_known"),
        ),
        sa.CheckConstraint("offered <> ''", name=op.f("ck_outreach_attempt_offer_given")),
        sa.CheckConstraint(
            "response IN ('yes','no','none')", name=op.f("ck_outreach_attempt_response_known")
        ),
        sa.CheckConstraint(
            "(body_id IS NULL) <> (community_id IS NULL)",
            name=op.f("ck_outreach_attempt_one_addressee"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_outreach_attempt_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_outreach_attempt_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_outreach_attempt_community_id_community"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_attempt")),
    )
    op.create_index(
        op.f("ix_outreach_attempt_body_id"), "outreach_attempt", ["body_id"], unique=False
    )
    op.create_index(
        op.f("ix_outreach_attempt_community_id"), "outreach_attempt", ["community_id"], unique=False
    )
    op.create_index(
        op.f("ix_outreach_attempt_on_day"), "outreach_attempt", ["on_day"], unique=False
    )
    op.create_table(
        "partner_contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=6), nullable=False),
        sa.Column("value_pence", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=150), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'nil' AND amount = 0 AND value_pence = 0 AND reason <> '') OR (kind <> 'nil' AND amount > 0 AND value_pence >= 0 AND unit <> '' AND purpose <> '')",
            name=op.f("ck_partner_contribution_given_or_nil"),
        ),
        sa.CheckConstraint(
            "kind IN ('funds','staff','premises','equipment','data','expertise','nil')",
            name=op.f("ck_partner_contribution_kind_known"),
        ),
        sa.CheckConstraint(
            "unit IN ('','pounds','hours','days','items')",
            name=op.f("ck_partner_contribution_unit_known"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_contribution_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_contribution")),
    )
    op.create_index(
        op.f("ix_partner_contribution_partner_id"),
        "partner_contribution",
        ["partner_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_partner_contribution_year_start"),
        "partner_contribution",
        ["year_start"],
        unique=False,
    )
    op.create_table(
        "peer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_body_id", sa.Integer(), nullable=False),
        sa.Column("to_body_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("activity", sa.String(length=200), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("activity <> ''", name=op.f("ck_peer_link_activity_given")),
        sa.CheckConstraint("from_body_id <> to_body_id", name=op.f("ck_peer_link_two_bodies")),
        sa.ForeignKeyConstraint(
            ["from_body_id"],
            ["community_body.id"],
            name=op.f("fk_peer_link_from_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["to_body_id"],
            ["community_body.id"],
            name=op.f("fk_peer_link_to_body_id_community_body"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_link")),
    )
    op.create_table(
        "wish_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("after_wish_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_wish_asked_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_wish_asked_body_id_community_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_asked")),
        sa.UniqueConstraint(
            "body_id", "after_wish_id", name=op.f("uq_wish_asked_body_id_after_wish_id")
        ),
    )
    op.create_table(
        "coproduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=150), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("who_decides", sa.String(length=150), nullable=False),
        sa.Column("who_holds_money", sa.String(length=150), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("capacity_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(capacity = '') = (capacity_on IS NULL)", name=op.f("ck_coproduction_capacity_has_day")
        ),
        sa.CheckConstraint(
            "stage IN ('understand','prioritise','design','resource','deliver','review')",
            name=op.f("ck_coproduction_stage_known"),
        ),
        sa.CheckConstraint(
            "state <> 'not_taken_up' OR reason <> ''",
            name=op.f("ck_coproduction_not_taken_up_has_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'under_way' OR capacity <> ''",
            name=op.f("ck_coproduction_under_way_was_checked"),
        ),
        sa.CheckConstraint(
            "state IN ('considered','under_way','ended','not_taken_up')",
            name=op.f("ck_coproduction_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_coproduction_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_coproduction_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"],
            ["participation_wish.id"],
            name=op.f("fk_coproduction_wish_id_participation_wish"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coproduction")),
    )
    op.create_index(op.f("ix_coproduction_body_id"), "coproduction", ["body_id"], unique=False)
    op.create_table(
        "support_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("engagement_id", sa.Integer(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(length=10), nullable=False),
        sa.Column("barrier", sa.String(length=15), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("cost_pence", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(outcome = '') = (settled_on IS NULL)", name=op.f("ck_support_need_outcome_has_day")
        ),
        sa.CheckConstraint(
            "barrier IN ('transport','childcare','assistance','venue','interpreter','bsl','translation','communication','timing','digital','expenses','skills','constitution')",
            name=op.f("ck_support_need_barrier_known"),
        ),
        sa.CheckConstraint(
            "outcome <> 'not_met' OR reason <> ''", name=op.f("ck_support_need_not_met_has_reason")
        ),
        sa.CheckConstraint(
            "outcome IN ('','met','part','not_met')", name=op.f("ck_support_need_outcome_known")
        ),
        sa.CheckConstraint(
            "body_id IS NOT NULL OR engagement_id IS NOT NULL",
            name=op.f("ck_support_need_whose_given"),
        ),
        sa.CheckConstraint(
            "cost_pence >= 0 AND minutes >= 0", name=op.f("ck_support_need_cost_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_support_need_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_support_need_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_support_need_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_need")),
    )
    op.create_index(op.f("ix_support_need_body_id"), "support_need", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_support_need_engagement_id"), "support_need", ["engagement_id"], unique=False
    )
    op.create_index(op.f("ix_support_need_raised_on"), "support_need", ["raised_on"], unique=False)
    op.create_table(
        "declination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("engagement_id", sa.Integer(), nullable=True),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(length=12), nullable=False),
        sa.Column("offer", sa.String(length=12), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("reopened_why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(notified_on IS NULL) = (channel = '')", name=op.f("ck_declination_told_by_a_channel")
        ),
        sa.CheckConstraint(
            "(reply = '') = (replied_at IS NULL)", name=op.f("ck_declination_reply_has_time")
        ),
        sa.CheckConstraint(
            "channel IN ('','email','letter','phone','meeting')",
            name=op.f("ck_declination_channel_known"),
        ),
        sa.CheckConstraint("kind <> 'ask' OR ask <> ''", name=op.f("ck_declination_ask_given")),
        sa.CheckConstraint(
            "kind <> 'offer' OR invitation_id IS NOT NULL", name=op.f("ck_declination_offer_given")
        ),
        sa.CheckConstraint(
            "kind IN ('offer','not_asked','ask')", name=op.f("ck_declination_kind_known")
        ),
        sa.CheckConstraint(
            "reason_code IN ('','law','decided','time','money','scope','fair','safety','other')",
            name=op.f("ck_declination_reason_known"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR (reason <> '' AND decided_by <> '' AND notified_on IS NOT NULL)",
            name=op.f("ck_declination_closed_is_whole"),
        ),
        sa.CheckConstraint(
            "state <> 'reopened' OR reopened_on IS NOT NULL",
            name=op.f("ck_declination_reopened_has_day"),
        ),
        sa.CheckConstraint(
            "state IN ('open','closed','reopened','lapsed')",
            name=op.f("ck_declination_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_declination_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_declination_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_declination_invitation_id_invitation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declination")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_declination_invitation_id")),
    )
    op.create_index(op.f("ix_declination_body_id"), "declination", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_declination_engagement_id"), "declination", ["engagement_id"], unique=False
    )
    op.create_index("ix_declination_state_due_on", "declination", ["state", "due_on"], unique=False)
    op.create_index("ix_declination_decided_on", "declination", ["decided_on"], unique=False)
    op.execute(OLD_OFFERS.format(**DAYS[_dialect()]))
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, *_rest in GUARDS:
        _take_away(table, name)
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _guard(table: str, event: str, name: str, condition: str, words: str, lock: str) -> None:
    if _dialect() == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
            f"WHEN {condition.replace('@', 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION guard_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN {lock} IF {condition.replace('@', 'IS DISTINCT FROM')} THEN "
        f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {row}; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
    )


def _take_away(table: str, name: str) -> None:
    if _dialect() == "sqlite":
        op.execute(f"DROP TRIGGER {table}_{name}")
    else:
        op.execute(f"DROP TRIGGER guard_{name} ON {table}")
        op.execute(f"DROP FUNCTION guard_{table}_{name}()")
