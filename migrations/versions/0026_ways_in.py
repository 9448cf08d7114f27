"""The ways into a vote that a round declares, batches of codes, and lists of people who may vote."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

FROZEN = "the rules are fixed: people rely on them"
BATCH_KEPT = "a batch of codes goes forward only, and ends for good"
LIST_KEPT = "people on a list stay as they are while voting is open"
LIST_FIXED = "what a list asks for is fixed while people are on it"


def _known(column: str, words: str) -> str:
    rest = f"',' || {column} || ','"
    for word in words.split():
        rest = f"replace({rest}, ',{word},', ',')"
    return f"{column} <> '' AND {rest} = ','"


COLUMNS = {
    "ways": (
        "VARCHAR(60) NOT NULL DEFAULT 'email,codes' CONSTRAINT ck_round_ways_known CHECK "
        f"({_known('ways', 'email account codes list desk assisted')})"
    ),
    "connection": (
        "VARCHAR(40) NOT NULL DEFAULT 'live' CONSTRAINT ck_round_connection_known CHECK "
        f"({_known('connection', 'live work study volunteer')})"
    ),
}

#: Table, event, name and condition of each guard; {differs} is the database's own word for it.
#: A condition that looks at OLD alone serves for a deletion, too.
GUARDS = (
    (
        "round",
        "UPDATE",
        "keeps_its_ways",
        "OLD.stage <> 'preparing' AND "
        "(NEW.ways {differs} OLD.ways OR NEW.connection {differs} OLD.connection)",
        FROZEN,
    ),
    (
        "code_batch",
        "UPDATE",
        "goes_forward",
        "OLD.stage IN ('handed_over', 'dropped') OR NEW.id <> OLD.id "
        "OR NEW.round_id <> OLD.round_id OR NEW.fingerprint <> OLD.fingerprint "
        "OR NEW.number <> OLD.number OR NEW.made < OLD.made "
        "OR (OLD.stage = 'waiting' AND NEW.stage = 'making') "
        "OR (OLD.stage = 'making' AND NEW.stage = 'handed_over')",
        BATCH_KEPT,
    ),
    ("code_batch", "DELETE", "is_kept", "OLD.id IS NOT NULL", BATCH_KEPT),
    ("listed_voter", "UPDATE", "stays_the_same", "OLD.round_id IS NOT NULL", LIST_KEPT),
    (
        "listed_voter",
        "DELETE",
        "is_kept",
        "EXISTS (SELECT 1 FROM round r WHERE r.id = OLD.round_id AND r.stage = 'voting')",
        LIST_KEPT,
    ),
    (
        "voter_list",
        "UPDATE",
        "asks_the_same",
        "EXISTS (SELECT 1 FROM listed_voter v WHERE v.round_id = OLD.round_id)",
        LIST_FIXED,
    ),
)


def upgrade() -> None:
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE round ADD COLUMN {name} {definition}")
    _make_tables()
    op.execute(
        "ALTER TABLE voter_code ADD COLUMN batch_id INTEGER "
        "CONSTRAINT fk_voter_code_batch_id_code_batch REFERENCES code_batch (id)"
    )
    op.create_index("uq_voter_code_locator", "voter_code", ["locator"], unique=True)
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    """Go back; rounds that declare other ways must be gone first."""
    other = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM round WHERE ways <> 'email,codes' OR connection <> 'live'")
    )
    if other:
        raise RuntimeError(f"{other} rounds declare ways to vote that the older version lacks")
    for table, _event, name, _condition, _message in reversed(GUARDS):
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION {table}_{name}()")
    op.drop_index("uq_voter_code_locator", table_name="voter_code")
    op.execute("ALTER TABLE voter_code DROP COLUMN batch_id")
    op.drop_table("listed_voter")
    op.drop_table("voter_list")
    op.drop_index("uq_code_batch_unfinished", table_name="code_batch")
    op.drop_table("code_batch")
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE round DROP COLUMN {name}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str, event: str, name: str, condition: str, message: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
            f"WHEN {condition.format(differs='IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {condition.format(differs='IS DISTINCT FROM')} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {row}; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"
    )


def _make_tables() -> None:
    op.create_table(
        "code_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("started_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('making','waiting','handed_over','dropped')",
            name=op.f("ck_code_batch_stage_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_code_batch_number_positive")),
        sa.CheckConstraint(
            "made BETWEEN 0 AND number", name=op.f("ck_code_batch_made_within_number")
        ),
        sa.CheckConstraint(
            "stage IN ('making','dropped') OR made = number",
            name=op.f("ck_code_batch_made_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_code_batch_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_code_batch_fingerprint")),
    )
    unfinished = sa.text("stage IN ('making','waiting')")
    op.create_index(
        "uq_code_batch_unfinished",
        "code_batch",
        ["round_id"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    kinds = "IN ('number','date','postcode','text')"
    op.create_table(
        "voter_list",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("first_words", sa.String(length=60), nullable=False),
        sa.Column("first_kind", sa.String(length=10), nullable=False),
        sa.Column("second_words", sa.String(length=60), nullable=False),
        sa.Column("second_kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint(f"first_kind {kinds}", name=op.f("ck_voter_list_first_kind_known")),
        sa.CheckConstraint(f"second_kind {kinds}", name=op.f("ck_voter_list_second_kind_known")),
        sa.CheckConstraint("first_words <> second_words", name=op.f("ck_voter_list_two_facts")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voter_list_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_voter_list")),
    )
    op.create_table(
        "listed_voter",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("facts_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(facts_key) = 32", name=op.f("ck_listed_voter_facts_key_size")),
        sa.CheckConstraint("length(first_key) = 32", name=op.f("ck_listed_voter_first_key_size")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["voter_list.round_id"],
            name=op.f("fk_listed_voter_round_id_voter_list"),
        ),
        sa.PrimaryKeyConstraint("round_id", "facts_key", name=op.f("pk_listed_voter")),
        sa.UniqueConstraint(
            "round_id", "first_key", name=op.f("uq_listed_voter_round_id_first_key")
        ),
        sqlite_with_rowid=False,
    )
