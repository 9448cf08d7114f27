"""Proposals at length: drafts, versions, co-authors, photographs, questions and smaller awards."""

import sqlalchemy as sa
from alembic import op

from engage.extensions import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

RULES_FIXED = "the rules are fixed: people rely on them"
QUESTIONS_FIXED = "the questions of a round are fixed once proposals open"
VERSION_KEPT = "a version of a proposal is never changed or deleted"

#: Columns that are added, with the rules that the database itself holds.
COLUMNS = {
    "round": {
        "leftover": (
            "VARCHAR(20) NOT NULL DEFAULT 'keep' CONSTRAINT ck_round_leftover_known CHECK "
            "(leftover IN ('keep','smaller_award'))"
        ),
    },
    "project": {
        "smallest_pence": (
            "BIGINT CONSTRAINT ck_project_smallest_below_cost CHECK "
            "(smallest_pence > 0 AND smallest_pence < cost_pence)"
        ),
    },
    "proposal": {
        "beneficiaries": "TEXT NOT NULL DEFAULT ''",
        "smallest_pence": (
            "BIGINT CONSTRAINT ck_proposal_smallest_below_cost CHECK "
            "(smallest_pence > 0 AND smallest_pence < cost_pence)"
        ),
        "match_from": "VARCHAR(200) NOT NULL DEFAULT ''",
        "match_pence": (
            "BIGINT NOT NULL DEFAULT 0 CONSTRAINT ck_proposal_match_told CHECK "
            "(match_pence >= 0 AND (match_pence = 0 OR match_from <> ''))"
        ),
        "match_agreed": "BOOLEAN NOT NULL DEFAULT false",
        "locality_id": (
            "INTEGER CONSTRAINT fk_proposal_locality_id_locality REFERENCES locality (id)"
        ),
        "near": "VARCHAR(200) NOT NULL DEFAULT ''",
        "latitude": "FLOAT",
        "longitude": (
            "FLOAT CONSTRAINT ck_proposal_point_whole CHECK "
            "((latitude IS NULL) = (longitude IS NULL) "
            "AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)"
        ),
        "channel": (
            "VARCHAR(10) NOT NULL DEFAULT 'online' CONSTRAINT ck_proposal_channel_known CHECK "
            "(channel IN ('online','paper'))"
        ),
    },
}

#: Guards: table, events, name, when it refuses, on which row's round, what it says.
_STARTED = "EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND r.stage <> 'preparing')"
GUARDS = (
    ("round", "UPDATE", "keeps_its_leftover",
     "OLD.stage <> 'preparing' AND NEW.leftover <> OLD.leftover", RULES_FIXED),
    ("round_question", "INSERT", "comes_in_time", _STARTED.format(row="NEW"), QUESTIONS_FIXED),
    ("round_question", "UPDATE", "stays_the_same",
     f"{_STARTED.format(row='OLD')} OR {_STARTED.format(row='NEW')}", QUESTIONS_FIXED),
    ("round_question", "DELETE", "stays", _STARTED.format(row="OLD"), QUESTIONS_FIXED),
    ("proposal_version", "UPDATE", "stays_the_same", "true", VERSION_KEPT),
    ("proposal_version", "DELETE", "stays", "true", VERSION_KEPT),
    ("version_picture", "UPDATE", "stays_the_same", "true", VERSION_KEPT),
    ("version_picture", "DELETE", "stays", "true", VERSION_KEPT),
)  # fmt: skip
#: SQLite lets INSERT OR REPLACE take a row's place without a word to the guards of deleting.
SQLITE_GUARDS = (
    ("proposal_version", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM proposal_version v WHERE v.id = NEW.id "
     "OR (v.proposal_id = NEW.proposal_id AND v.number = NEW.number))", VERSION_KEPT),
    ("version_picture", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM version_picture v WHERE v.version_id = NEW.version_id "
     "AND v.position = NEW.position)", VERSION_KEPT),
)  # fmt: skip


def upgrade() -> None:
    _make_picture()
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    _make_draft()
    _make_version()
    _make_co_author()
    _make_question()
    for guard in GUARDS:
        _guard(*guard)
    if _is_sqlite():
        for guard in SQLITE_GUARDS:
            _guard(*guard)
        return
    for table in ("proposal_version", "version_picture"):
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
    for table in (
        "round_question", "co_author", "version_picture", "proposal_version", "draft_picture",
        "proposal_draft",
    ):  # fmt: skip
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("picture")


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


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _make_draft() -> None:
    op.create_table(
        "proposal_draft",
        _id(),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("reference_hash", sa.String(64), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("zone_code", sa.String(9), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('online','paper')", name=op.f("ck_proposal_draft_channel_known")
        ),
        sa.CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')",
            name=op.f("ck_proposal_draft_place_known"),
        ),
        sa.CheckConstraint(
            "(proposal_id IS NULL) = (reference_hash IS NOT NULL)",
            name=op.f("ck_proposal_draft_new_has_reference"),
        ),
        _refers("proposal_draft", "round_id", "round"),
        _refers("proposal_draft", "proposal_id", "proposal"),
        _refers("proposal_draft", "account_id", "account"),
        _refers("proposal_draft", "body_id", "community_body"),
        _refers("proposal_draft", "zone_code", "data_zone", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_draft")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_proposal_draft_{name}"))
            for name in ("public_id", "proposal_id", "reference_hash")
        ),
    )
    for name in ("round_id", "account_id", "body_id"):
        op.create_index(op.f(f"ix_proposal_draft_{name}"), "proposal_draft", [name])
    _make_pictures_of("draft", "proposal_draft")


def _make_pictures_of(what: str, owner: str) -> None:
    table = f"{what}_picture"
    op.create_table(
        table,
        sa.Column(f"{what}_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f(f"ck_{table}_at_most_three")),
        _refers(table, f"{what}_id", owner),
        _refers(table, "picture_id", "picture"),
        sa.PrimaryKeyConstraint(f"{what}_id", "position", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_picture_id"), table, ["picture_id"])


def _make_version() -> None:
    op.create_table(
        "proposal_version",
        _id(),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(10), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_proposal_version_number_from_one")),
        sa.CheckConstraint(
            "made_by IN ('author','coauthor','officer')",
            name=op.f("ck_proposal_version_made_by_known"),
        ),
        _refers("proposal_version", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_version")),
        sa.UniqueConstraint(
            "proposal_id", "number", name=op.f("uq_proposal_version_proposal_id_number")
        ),
    )
    _make_pictures_of("version", "proposal_version")


def _make_co_author() -> None:
    op.create_table(
        "co_author",
        _id(),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference_hash", sa.String(64), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 5", name=op.f("ck_co_author_at_most_five")),
        sa.CheckConstraint(
            "(draft_id IS NULL) <> (proposal_id IS NULL)", name=op.f("ck_co_author_of_one_thing")
        ),
        _refers("co_author", "draft_id", "proposal_draft"),
        _refers("co_author", "proposal_id", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_author")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_co_author_draft_id_number")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_co_author_proposal_id_number")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_co_author_reference_hash")),
    )


def _make_question() -> None:
    op.create_table(
        "round_question",
        _id(),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 10", name=op.f("ck_round_question_at_most_ten")),
        sa.CheckConstraint("kind IN ('short','long')", name=op.f("ck_round_question_kind_known")),
        sa.CheckConstraint("length(trim(prompt)) > 0", name=op.f("ck_round_question_prompt_given")),
        _refers("round_question", "round_id", "round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_question")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_round_question_round_id_position")
        ),
    )


def _make_picture() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("alt", sa.String(250), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("large_width", sa.Integer(), nullable=False),
        sa.Column("large_height", sa.Integer(), nullable=False),
        sa.Column("uploaded_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(trim(alt)) > 0", name=op.f("ck_picture_alt_given")),
        sa.CheckConstraint(
            "length(small) BETWEEN 1 AND 150000", name=op.f("ck_picture_small_bytes")
        ),
        sa.CheckConstraint(
            "small_width BETWEEN 1 AND 480 AND small_height BETWEEN 1 AND 960",
            name=op.f("ck_picture_small_pixels"),
        ),
        sa.CheckConstraint(
            "length(large) BETWEEN 1 AND 800000", name=op.f("ck_picture_large_bytes")
        ),
        sa.CheckConstraint(
            "large_width BETWEEN 1 AND 1200 AND large_height BETWEEN 1 AND 2400",
            name=op.f("ck_picture_large_pixels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("public_id", name=op.f("uq_picture_public_id")),
    )
