"""Events and their attendance, Place Standard exercises, and plans that communities made themselves."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLES = (
    "place_standard_answer",
    "place_standard_response",
    "event_photograph",
    "event_area",
    "place_standard_exercise",
    "engagement_event",
    "community_plan_locality",
    "community_plan_file",
    "place_standard_theme",
    "community_plan",
    "place_standard_version",
    "engagement_method",
)

OF_ITS_EVENT = (
    "attendance is of an event of its engagement that was counted, and of no more people than came"
)
STAYS_CANCELLED = "a cancelled event stays cancelled, and nobody is counted at it"
WHILE_OPEN = "answers are taken while the exercise is open, of its own days"
OF_ITS_VERSION = "an answer is of a theme of the version that its exercise uses, while it is open"
THREE_AT_MOST = "an answer names three themes at most that matter most"
STAYS_AS_GIVEN = "an answer stays as it was given"
ONE_WAY = "an exercise opens, closes and is published, and never goes back"
AS_OPENED = "an exercise stays as it was opened"
KEEP_EXERCISE = "an exercise that was opened is never deleted"
AS_SEEN = "the themes of a version stay as people saw them"
RESTED_ON = "what a finding rests on is never deleted"

_SCORED = "SELECT 1 FROM place_standard_exercise x WHERE x.version_id = {row}.version_id AND x.stage <> 'preparing'"
_OPEN = (
    "SELECT 1 FROM place_standard_exercise x WHERE x.id = NEW.exercise_id AND x.stage = 'open' "
    "AND NEW.on_day BETWEEN x.opens_on AND x.closes_on"
)
_THEME = (
    "SELECT 1 FROM place_standard_response r JOIN place_standard_exercise x ON x.id = r.exercise_id "
    "JOIN place_standard_theme t ON t.version_id = x.version_id "
    "WHERE r.id = NEW.response_id AND t.id = NEW.theme_id AND x.stage = 'open'"
)
_CHOSEN = "(SELECT count(*) FROM place_standard_answer a WHERE a.response_id = NEW.response_id AND a.is_priority)"
_EVENT = (
    "SELECT 1 FROM engagement_event e WHERE e.id = NEW.event_id AND e.cancelled_at IS NULL "
    "AND e.engagement_id = NEW.engagement_id AND (NEW.body_id IS NOT NULL OR e.attended >= "
    "NEW.people + (SELECT coalesce(sum(f.people), 0) FROM participation_fact f "
    "WHERE f.event_id = e.id AND f.body_id IS NULL))"
)
_ROOM = (
    "SELECT 1 FROM engagement_event e WHERE e.id = NEW.event_id AND e.attended >= NEW.people "
    "+ (SELECT coalesce(sum(a.people), 0) FROM event_area a WHERE a.event_id = e.id)"
)
_STEPS = (
    "NOT ((OLD.stage = 'preparing' AND NEW.stage = 'open') OR (OLD.stage = 'open' AND NEW.stage "
    "= 'closed') OR (OLD.stage = 'closed' AND NEW.stage = 'published'))"
)
_FIXED = " OR ".join(
    f"NEW.{column} @ OLD.{column}"
    for column in ("engagement_id", "version_id", "locality_id", "place_name", "opens_on")
)


def _rests(kind: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM finding_source s WHERE s.kind = '{kind}' AND s.source_id = OLD.id)"
    )


#: Table, event, name of the guard, when it refuses, and in which words. ``@`` stands for each
#: database's own word for “differs from, or only one of them is NULL”.
GUARDS = (
    (
        "participation_fact",
        "INSERT",
        "is_of_its_event",
        f"NEW.event_id IS NOT NULL AND NOT EXISTS ({_EVENT})",
        OF_ITS_EVENT,
    ),
    (
        "participation_fact",
        "UPDATE",
        "stays_with_its_event",
        "NEW.event_id @ OLD.event_id OR (NEW.event_id IS NOT NULL "
        "AND (NEW.people <> OLD.people OR NEW.engagement_id <> OLD.engagement_id))",
        OF_ITS_EVENT,
    ),
    ("event_area", "INSERT", "holds_no_more_than_came", f"NOT EXISTS ({_ROOM})", OF_ITS_EVENT),
    ("event_area", "UPDATE", "stays_as_counted", "NEW.people <> OLD.people", OF_ITS_EVENT),
    (
        "engagement_event",
        "UPDATE",
        "stays_cancelled",
        "OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at @ OLD.cancelled_at",
        STAYS_CANCELLED,
    ),
    ("engagement_event", "DELETE", "is_rested_on", _rests("event"), RESTED_ON),
    ("place_standard_response", "INSERT", "comes_while_open", f"NOT EXISTS ({_OPEN})", WHILE_OPEN),
    ("place_standard_response", "UPDATE", "stays_as_given", "OLD.id IS NOT NULL", STAYS_AS_GIVEN),
    ("place_standard_response", "DELETE", "is_kept", "OLD.id IS NOT NULL", STAYS_AS_GIVEN),
    (
        "place_standard_answer",
        "INSERT",
        "is_of_its_version",
        f"NOT EXISTS ({_THEME})",
        OF_ITS_VERSION,
    ),
    (
        "place_standard_answer",
        "INSERT",
        "names_three_at_most",
        f"NEW.is_priority AND {_CHOSEN} >= 3",
        THREE_AT_MOST,
    ),
    (
        "place_standard_answer",
        "UPDATE",
        "stays_as_given",
        "NEW.response_id <> OLD.response_id OR NEW.theme_id <> OLD.theme_id "
        "OR NEW.score @ OLD.score OR NEW.good <> OLD.good OR NEW.better <> OLD.better "
        "OR NEW.is_priority <> OLD.is_priority",
        STAYS_AS_GIVEN,
    ),
    ("place_standard_answer", "DELETE", "is_kept", "OLD.response_id IS NOT NULL", STAYS_AS_GIVEN),
    (
        "place_standard_exercise",
        "INSERT",
        "begins_being_prepared",
        "NEW.stage <> 'preparing'",
        ONE_WAY,
    ),
    (
        "place_standard_exercise",
        "UPDATE",
        "goes_one_way",
        f"NEW.stage <> OLD.stage AND {_STEPS}",
        ONE_WAY,
    ),
    (
        "place_standard_exercise",
        "UPDATE",
        "stays_as_opened",
        f"(OLD.stage <> 'preparing' AND ({_FIXED})) OR (OLD.stage IN ('closed', 'published') "
        "AND NEW.closes_on <> OLD.closes_on) OR (OLD.stage = 'open' AND NEW.closes_on < OLD.closes_on)",
        AS_OPENED,
    ),
    (
        "place_standard_exercise",
        "DELETE",
        "is_kept",
        f"OLD.stage <> 'preparing' OR {_rests('exercise')}",
        KEEP_EXERCISE,
    ),
    (
        "place_standard_theme",
        "INSERT",
        "comes_before_use",
        f"EXISTS ({_SCORED.format(row='NEW')})",
        AS_SEEN,
    ),
    (
        "place_standard_theme",
        "UPDATE",
        "stays_as_seen",
        f"EXISTS ({_SCORED.format(row='OLD')})",
        AS_SEEN,
    ),
    ("place_standard_theme", "DELETE", "is_kept", f"EXISTS ({_SCORED.format(row='OLD')})", AS_SEEN),
    ("community_plan", "DELETE", "is_rested_on", _rests("plan"), RESTED_ON),
)
#: What SQLite's REPLACE would put others in the place of, by what must not be there twice.
REPLACED = {
    "place_standard_response": ("id", "exercise_id press"),
    "place_standard_answer": ("response_id theme_id",),
    "place_standard_exercise": ("id", "slug"),
    "event_area": ("event_id locality_id",),
}

SOURCES = "kind IN ('response','comment','proposal'{more})"
MORE_SOURCES = ",'event','exercise','plan'"


def upgrade() -> None:
    op.create_table(
        "engagement_method",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_engagement_method_name_given")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_engagement_method")),
        sa.UniqueConstraint("name", name=op.f("uq_engagement_method_name")),
    )
    op.create_table(
        "place_standard_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_place_standard_version_name_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_standard_version")),
        sa.UniqueConstraint("name", name=op.f("uq_place_standard_version_name")),
    )
    op.create_table(
        "community_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=25), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'declined') = (reason <> '')",
            name=op.f("ck_community_plan_declined_has_reason"),
        ),
        sa.CheckConstraint(
            "(stage = 'replaced') = (replaced_by_id IS NOT NULL)",
            name=op.f("ck_community_plan_replaced_by_one"),
        ),
        sa.CheckConstraint(
            "(stage = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_community_plan_decided_or_waiting"),
        ),
        sa.CheckConstraint(
            "kind IN ('planning_for_real','community_profile','local_place_plan','community_action_plan','minutes','other')",
            name=op.f("ck_community_plan_kind_known"),
        ),
        sa.CheckConstraint(
            "link = '' OR substr(link, 1, 8) = 'https://' OR substr(link, 1, 7) = 'http://'",
            name=op.f("ck_community_plan_link_of_the_web"),
        ),
        sa.CheckConstraint(
            "stage IN ('waiting','registered','declined','replaced')",
            name=op.f("ck_community_plan_stage_known"),
        ),
        sa.CheckConstraint(
            "title <> '' AND summary <> ''", name=op.f("ck_community_plan_said_what")
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR replaced_by_id <> id",
            name=op.f("ck_community_plan_replaced_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_community_plan_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["community_plan.id"],
            name=op.f("fk_community_plan_replaced_by_id_community_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["account.id"], name=op.f("fk_community_plan_sent_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_plan")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_plan_slug")),
    )
    op.create_index("ix_community_plan_body_id", "community_plan", ["body_id"])
    op.create_index("ix_community_plan_made_on", "community_plan", ["made_on"])
    op.create_index("ix_community_plan_stage", "community_plan", ["stage"])

    op.create_table(
        "place_standard_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("prompt", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "axis IN ('moving','transport','traffic','streets','natural','play','facilities','work','housing','social','identity','safe','care','influence')",
            name=op.f("ck_place_standard_theme_axis_known"),
        ),
        sa.CheckConstraint("label <> ''", name=op.f("ck_place_standard_theme_label_given")),
        sa.CheckConstraint(
            "position BETWEEN 1 AND 14", name=op.f("ck_place_standard_theme_position_of_fourteen")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["place_standard_version.id"],
            name=op.f("fk_place_standard_theme_version_id_place_standard_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_standard_theme")),
        sa.UniqueConstraint(
            "version_id", "axis", name=op.f("uq_place_standard_theme_version_id_axis")
        ),
        sa.UniqueConstraint(
            "version_id", "position", name=op.f("uq_place_standard_theme_version_id_position")
        ),
    )
    op.create_table(
        "community_plan_file",
        sa.Column("plan_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pdf','docx','odt')", name=op.f("ck_community_plan_file_kind_known")
        ),
        sa.CheckConstraint("size = length(content)", name=op.f("ck_community_plan_file_size_told")),
        sa.CheckConstraint(
            "length(content) BETWEEN 1 AND 10000000",
            name=op.f("ck_community_plan_file_size_limited"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["community_plan.id"],
            name=op.f("fk_community_plan_file_plan_id_community_plan"),
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_community_plan_file")),
    )
    op.create_table(
        "community_plan_locality",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["locality_id"],
            ["locality.id"],
            name=op.f("fk_community_plan_locality_locality_id_locality"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["community_plan.id"],
            name=op.f("fk_community_plan_locality_plan_id_community_plan"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "locality_id", name=op.f("pk_community_plan_locality")),
    )
    op.create_table(
        "engagement_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("method_key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("access", sa.String(length=200), nullable=False),
        sa.Column("access_note", sa.Text(), nullable=False),
        sa.Column("support", sa.String(length=200), nullable=False),
        sa.Column("ask_for_support", sa.Text(), nullable=False),
        sa.Column("cancelled_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("counted_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("rough_notes", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column(
            "notes_published_at", engage.extensions.UTCDateTime(timezone=True), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')",
            name=op.f("ck_engagement_event_cancelled_for_a_reason"),
        ),
        sa.CheckConstraint(
            "notes_published_at IS NULL OR notes <> ''",
            name=op.f("ck_engagement_event_published_notes_given"),
        ),
        sa.CheckConstraint(
            "support = '' OR ask_for_support <> ''",
            name=op.f("ck_engagement_event_support_can_be_asked_for"),
        ),
        sa.CheckConstraint(
            "title <> '' AND place <> ''", name=op.f("ck_engagement_event_said_what_and_where")
        ),
        sa.CheckConstraint(
            "(attended IS NULL) = (counted_at IS NULL)",
            name=op.f("ck_engagement_event_counted_once"),
        ),
        sa.CheckConstraint("attended >= 0", name=op.f("ck_engagement_event_attended_not_negative")),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_engagement_event_capacity_of_some")),
        sa.CheckConstraint(
            "counted_at IS NULL OR (counted_at >= ends_at AND cancelled_at IS NULL)",
            name=op.f("ck_engagement_event_counted_afterwards"),
        ),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_engagement_event_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_event_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_engagement_event_locality_id_locality")
        ),
        sa.ForeignKeyConstraint(
            ["method_key"],
            ["engagement_method.key"],
            name=op.f("fk_engagement_event_method_key_engagement_method"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_engagement_event_slug")),
    )
    op.create_index("ix_engagement_event_engagement_id", "engagement_event", ["engagement_id"])
    op.create_index("ix_engagement_event_starts_at", "engagement_event", ["starts_at"])

    op.create_table(
        "place_standard_exercise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("place_name", sa.String(length=100), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("published_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_place_standard_exercise_published_when_said"),
        ),
        sa.CheckConstraint(
            "stage IN ('preparing','open','closed','published')",
            name=op.f("ck_place_standard_exercise_stage_known"),
        ),
        sa.CheckConstraint(
            "title <> '' AND place_name <> ''",
            name=op.f("ck_place_standard_exercise_said_what_and_where"),
        ),
        sa.CheckConstraint(
            "closes_on >= opens_on", name=op.f("ck_place_standard_exercise_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_place_standard_exercise_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"],
            ["locality.id"],
            name=op.f("fk_place_standard_exercise_locality_id_locality"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["place_standard_version.id"],
            name=op.f("fk_place_standard_exercise_version_id_place_standard_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_standard_exercise")),
        sa.UniqueConstraint("slug", name=op.f("uq_place_standard_exercise_slug")),
    )
    op.create_index(
        "ix_place_standard_exercise_closes_on", "place_standard_exercise", ["closes_on"]
    )
    op.create_index(
        "ix_place_standard_exercise_engagement_id", "place_standard_exercise", ["engagement_id"]
    )

    op.create_table(
        "event_area",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 1", name=op.f("ck_event_area_people_at_least_one")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["engagement_event.id"],
            name=op.f("fk_event_area_event_id_engagement_event"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_event_area_locality_id_locality")
        ),
        sa.PrimaryKeyConstraint("event_id", "locality_id", name=op.f("pk_event_area")),
    )
    op.create_table(
        "event_photograph",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("consent", sa.String(length=10), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("consent_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "consent IN ('agreed','parents','nobody')",
            name=op.f("ck_event_photograph_consent_known"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_by"], ["account.id"], name=op.f("fk_event_photograph_consent_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["engagement_event.id"],
            name=op.f("fk_event_photograph_event_id_engagement_event"),
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_event_photograph_picture_id_picture")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_photograph")),
        sa.UniqueConstraint("picture_id", name=op.f("uq_event_photograph_picture_id")),
    )
    op.create_index("ix_event_photograph_event_id", "event_photograph", ["event_id"])

    op.create_table(
        "place_standard_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("press", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(channel = 'online') = (entered_by IS NULL)",
            name=op.f("ck_place_standard_response_entered_by_somebody"),
        ),
        sa.CheckConstraint(
            "(kind = 'individual' AND people = 1) OR (kind = 'group' AND people BETWEEN 2 AND 500)",
            name=op.f("ck_place_standard_response_of_one_or_a_group"),
        ),
        sa.CheckConstraint(
            "channel IN ('online','paper','imported')",
            name=op.f("ck_place_standard_response_channel_known"),
        ),
        sa.CheckConstraint("press <> ''", name=op.f("ck_place_standard_response_press_given")),
        sa.ForeignKeyConstraint(
            ["entered_by"],
            ["account.id"],
            name=op.f("fk_place_standard_response_entered_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["place_standard_exercise.id"],
            name=op.f("fk_place_standard_response_exercise_id_place_standard_exercise"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_standard_response")),
        sa.UniqueConstraint(
            "exercise_id", "press", name=op.f("uq_place_standard_response_exercise_id_press")
        ),
    )
    op.create_table(
        "place_standard_answer",
        sa.Column("response_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("is_priority", sa.Boolean(), nullable=False),
        sa.Column("reading", sa.String(length=8), nullable=False),
        sa.Column("read_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(reading = 'none') = (good = '' AND better = '')",
            name=op.f("ck_place_standard_answer_what_is_written_is_read"),
        ),
        sa.CheckConstraint(
            "(reading IN ('shown','held')) = (read_at IS NOT NULL)",
            name=op.f("ck_place_standard_answer_read_by_somebody"),
        ),
        sa.CheckConstraint(
            "reading IN ('none','waiting','shown','held')",
            name=op.f("ck_place_standard_answer_reading_known"),
        ),
        sa.CheckConstraint(
            "score IS NOT NULL OR good <> '' OR better <> '' OR is_priority",
            name=op.f("ck_place_standard_answer_says_something"),
        ),
        sa.CheckConstraint(
            "score BETWEEN 1 AND 7 AND score = CAST(score AS INTEGER)",
            name=op.f("ck_place_standard_answer_score_1_to_7"),
        ),
        sa.ForeignKeyConstraint(
            ["read_by"], ["account.id"], name=op.f("fk_place_standard_answer_read_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["place_standard_response.id"],
            name=op.f("fk_place_standard_answer_response_id_place_standard_response"),
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"],
            ["place_standard_theme.id"],
            name=op.f("fk_place_standard_answer_theme_id_place_standard_theme"),
        ),
        sa.PrimaryKeyConstraint("response_id", "theme_id", name=op.f("pk_place_standard_answer")),
    )
    op.create_index("ix_place_standard_answer_reading", "place_standard_answer", ["reading"])

    op.execute(
        "ALTER TABLE participation_fact ADD COLUMN event_id INTEGER "
        "CONSTRAINT fk_participation_fact_event_id_engagement_event REFERENCES engagement_event (id) "
        "CONSTRAINT ck_participation_fact_event_attended CHECK (event_id IS NULL OR act = 'attendance')"
    )
    op.create_index("ix_participation_fact_event_id", "participation_fact", ["event_id"])
    _let_findings_rest_on(MORE_SOURCES)
    for guard in _guards():
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, _condition, _words in _guards():
        _take_away(table, name)
    op.execute("DELETE FROM finding_source WHERE kind IN ('event', 'exercise', 'plan')")
    _let_findings_rest_on("")
    op.drop_index("ix_participation_fact_event_id", "participation_fact")
    if not _on_sqlite():
        op.drop_constraint(op.f("ck_participation_fact_event_attended"), "participation_fact")
    op.execute("ALTER TABLE participation_fact DROP COLUMN event_id")
    for table in TABLES:
        op.drop_table(table)


def _let_findings_rest_on(more: str) -> None:
    """Say anew on what a finding may rest; SQLite makes the table again for that."""
    with op.batch_alter_table("finding_source", recreate="auto") as batch:
        if not _on_sqlite():
            batch.drop_constraint(op.f("ck_finding_source_kind_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_finding_source_kind_known"), SOURCES.format(more=more)
        )


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guards() -> tuple[tuple[str, str, str, str, str], ...]:
    if not _on_sqlite():
        return GUARDS
    return GUARDS + tuple(
        (
            table,
            "INSERT",
            "replaces_none",
            " OR ".join(
                f"EXISTS (SELECT 1 FROM {table} t WHERE "
                + " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
                + ")"
                for key in keys
            ),
            "nothing that stands is replaced",
        )
        for table, keys in REPLACED.items()
    )


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


def _take_away(table: str, name: str) -> None:
    if _on_sqlite():
        op.execute(f"DROP TRIGGER {table}_{name}")
        return
    op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION guard_{table}_{name}()")
