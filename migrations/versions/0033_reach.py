"""Age bands of voters, frozen at the act; counts and batches of codes that run in the background."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BANDS = "age_band IN ('8-11','12-15','16-17','18-24','25-44','45-64','65+')"
BANDED = {
    "voter": BANDS,
    "voter_link": BANDS,
    "participation_fact": f"age_band IS NULL OR (act = 'ballot' AND {BANDS})",
}
#: Table, event, name and condition of each guard; {differs} is the database's own word for it.
GUARDS = (
    (
        "voter",
        "UPDATE",
        "stays_where_it_was",
        "(NEW.zone_code {differs} OLD.zone_code AND NEW.zone_code IS NOT NULL) "
        "OR (NEW.age_band {differs} OLD.age_band AND NEW.age_band IS NOT NULL)",
        "where a voter lives and their age are kept as they were given, or erased",
    ),
    (
        "count_run",
        "UPDATE",
        "goes_forward",
        "OLD.stage IN ('done', 'failed') OR NEW.id <> OLD.id OR NEW.round_id <> OLD.round_id "
        "OR (OLD.stage = 'counting' AND NEW.stage = 'waiting')",
        "a run of a count goes forward only, and ends for good",
    ),
    ("count_run", "DELETE", "is_kept", "OLD.id IS NOT NULL", "a run of a count is kept"),
)


def upgrade() -> None:
    for table, condition in BANDED.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN age_band VARCHAR(5) "
            f"CONSTRAINT ck_{table}_age_band_known CHECK ({condition})"
        )
    op.add_column(
        "code_batch",
        sa.Column("worked_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
    )
    _make_runs()
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, _condition, _message in reversed(GUARDS):
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION {table}_{name}()")
    op.drop_index("uq_count_run_unfinished", table_name="count_run")
    op.drop_table("count_run")
    op.execute("ALTER TABLE code_batch DROP COLUMN worked_at")
    for table in reversed(BANDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN age_band")


def _make_runs() -> None:
    instant = engage.extensions.UTCDateTime(timezone=True)
    op.create_table(
        "count_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("worked_at", instant, nullable=False),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "stage IN ('waiting','counting','done','failed')",
            name=op.f("ck_count_run_stage_known"),
        ),
        sa.CheckConstraint(
            "step IN ('','ballots','rule','keeping')", name=op.f("ck_count_run_step_known")
        ),
        sa.CheckConstraint(
            "(stage = 'failed') = (refusal <> '')", name=op.f("ck_count_run_failure_told")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_count_run_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_count_run_asked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_run")),
    )
    unfinished = sa.text("stage IN ('waiting','counting')")
    op.create_index(
        "uq_count_run_unfinished",
        "count_run",
        ["round_id"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


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
