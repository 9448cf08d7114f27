"""Themes, other words for a proposal, and what stands beside a project on the ballot."""

import sqlalchemy as sa
from alembic import op

from engage.extensions import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

THEMES_FIXED = "the themes of a round are fixed once proposals open"
OWN_THEME = "a proposal has a theme of its own round"
WORDS_FIXED = "the words of a proposal are fixed once the ballot is settled"
NOT_APPROVED = "other words stand on the ballot as an officer approved them"
PICTURE_KEPT = "a picture is never changed"

#: Columns that are added, with the rules that the database itself holds. What a project has is
#: kept by the guards of its table, once the ballot is settled.
COLUMNS = {
    "proposal": {
        "theme_id": "INTEGER CONSTRAINT fk_proposal_theme_id_round_theme REFERENCES round_theme (id)"
    },
    "project": {
        "place": "VARCHAR(100) NOT NULL DEFAULT ''",
        "near": "VARCHAR(200) NOT NULL DEFAULT ''",
        "theme": "VARCHAR(60) NOT NULL DEFAULT ''",
        "easy_title": "VARCHAR(120) NOT NULL DEFAULT ''",
        "easy_summary": "TEXT NOT NULL DEFAULT ''",
        "gaelic_title": "VARCHAR(120) NOT NULL DEFAULT ''",
        "gaelic_summary": "TEXT NOT NULL DEFAULT ''",
        "picture_id": "INTEGER CONSTRAINT fk_project_picture_id_picture REFERENCES picture (id)",
    },
}

_STARTED = "EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND r.stage <> 'preparing')"
_SETTLED = (
    "EXISTS (SELECT 1 FROM proposal p JOIN round r ON r.id = p.round_id WHERE "
    "p.id = {row}.proposal_id AND r.stage IN ('voting', 'closed', 'declared'))"
)
_ANOTHERS = (
    "NEW.theme_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM round_theme t "
    "WHERE t.id = NEW.theme_id AND t.round_id = NEW.round_id)"
)
_UNAPPROVED = " OR ".join(
    f"((NEW.{kind}_title <> '' OR NEW.{kind}_summary <> '') AND NOT EXISTS "
    f"(SELECT 1 FROM proposal_wording w WHERE w.proposal_id = NEW.proposal_id "
    f"AND w.kind = '{kind}' AND w.approved_at IS NOT NULL "
    f"AND w.title = NEW.{kind}_title AND w.summary = NEW.{kind}_summary))"
    for kind in ("easy", "gaelic")
)
#: Guards: table, event, name, when it refuses, what it says.
GUARDS = (
    ("round_theme", "INSERT", "comes_in_time", _STARTED.format(row="NEW"), THEMES_FIXED),
    ("round_theme", "UPDATE", "stays_the_same",
     f"{_STARTED.format(row='OLD')} OR {_STARTED.format(row='NEW')}", THEMES_FIXED),
    ("round_theme", "DELETE", "stays", _STARTED.format(row="OLD"), THEMES_FIXED),
    ("proposal", "INSERT", "comes_with_its_theme", _ANOTHERS, OWN_THEME),
    ("proposal", "UPDATE", "gets_its_theme", _ANOTHERS, OWN_THEME),
    ("proposal_wording", "INSERT", "comes_in_time", _SETTLED.format(row="NEW"), WORDS_FIXED),
    ("proposal_wording", "UPDATE", "stays_the_same",
     f"{_SETTLED.format(row='OLD')} OR {_SETTLED.format(row='NEW')}", WORDS_FIXED),
    ("proposal_wording", "DELETE", "stays", _SETTLED.format(row="OLD"), WORDS_FIXED),
    ("project", "INSERT", "comes_with_its_words", _UNAPPROVED, NOT_APPROVED),
    ("project", "UPDATE", "gets_its_words", _UNAPPROVED, NOT_APPROVED),
    ("picture", "UPDATE", "stays_the_same", "true", PICTURE_KEPT),
)  # fmt: skip
#: SQLite lets INSERT OR REPLACE take a row's place without a word to the guards of deleting.
SQLITE_GUARDS = (
    ("picture", "INSERT", "replaces_none",
     "EXISTS (SELECT 1 FROM picture p WHERE p.id = NEW.id OR p.public_id = NEW.public_id)",
     PICTURE_KEPT),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "round_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 12", name=op.f("ck_round_theme_at_most_twelve")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_round_theme_name_given")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_theme_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_theme")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_round_theme_round_id_position")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_round_theme_round_id_name")),
    )
    op.create_table(
        "proposal_wording",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('easy','gaelic')", name=op.f("ck_proposal_wording_kind_known")
        ),
        sa.CheckConstraint(
            "title <> '' OR summary <> ''", name=op.f("ck_proposal_wording_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_wording_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["account.id"], name=op.f("fk_proposal_wording_saved_by_account")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "kind", name=op.f("pk_proposal_wording")),
    )
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    for guard in _guards():
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, *_ in _guards():
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("proposal_wording")
    op.drop_table("round_theme")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guards() -> tuple[tuple[str, str, str, str, str], ...]:
    return (*GUARDS, *SQLITE_GUARDS) if _is_sqlite() else GUARDS


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
