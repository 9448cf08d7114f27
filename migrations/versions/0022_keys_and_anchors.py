"""Recovery sheets, the end of a round's key, acknowledged gaps, scrutineers, days of challenge."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CHALLENGE = (
    "INTEGER NOT NULL DEFAULT 95 CONSTRAINT ck_round_challenge_sensible CHECK "
    "(challenge_days BETWEEN 0 AND 366)"
)
RECORD = "the record of the seals of a round keeps its name"
FIXED = "the rules are fixed: people rely on them"
TOO_EARLY = "the key of a round goes only once its result is declared"
KEPT = "a {} is never deleted"
ONCE = "a {} is written once, and each later step once"

#: What stays as it was written, and what is filled in later, once.
WRITTEN = {
    "recovery_sheet": (
        ("id", "round_id", "mark", "reason", "printed_at", "printed_by"),
        ("tested_at", "tested_by", "destroyed_at", "destroyed_by"),
    ),
    "key_removal": (("round_id", "removed_at"), ("erased_at",)),
    "gap_acknowledged": (
        (
            "round_id", "n", "seal_hash", "kept_n", "kept_at", "sealed_at", "ballots_then",
            "ballots_now", "first_by", "first_at",
        ),
        ("second_by", "second_at"),
    ),
}  # fmt: skip
KEYS = {"recovery_sheet": "id", "key_removal": "round_id", "gap_acknowledged": "round_id n"}


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, engage.extensions.UTCDateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"ALTER TABLE round ADD COLUMN challenge_days {CHALLENGE}")
    op.execute("ALTER TABLE round ADD COLUMN record_name VARCHAR(16) NOT NULL DEFAULT ''")
    by_chance = "lower(hex(randomblob(8)))" if is_sqlite else "left(md5(random()::text), 16)"
    op.execute(f"UPDATE round SET record_name = {by_chance}")
    _make_recovery_sheet()
    _make_key_removal()
    _make_gap_acknowledged()
    op.create_table(
        "scrutineer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        _key("scrutineer", "round_id", "round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrutineer")),
        sa.UniqueConstraint("round_id", "email", name=op.f("uq_scrutineer_round_id_email")),
    )
    if is_sqlite:
        _guard_sqlite()
    else:
        _guard_postgresql()


def _make_recovery_sheet() -> None:
    op.create_table(
        "recovery_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        _instant("printed_at"),
        sa.Column("printed_by", sa.Integer(), nullable=False),
        _instant("tested_at", nullable=True),
        sa.Column("tested_by", sa.Integer(), nullable=True),
        _instant("destroyed_at", nullable=True),
        sa.Column("destroyed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(tested_at IS NULL) = (tested_by IS NULL)",
            name=op.f("ck_recovery_sheet_tested_by_somebody"),
        ),
        sa.CheckConstraint(
            "(destroyed_at IS NULL) = (destroyed_by IS NULL)",
            name=op.f("ck_recovery_sheet_destroyed_by_somebody"),
        ),
        sa.CheckConstraint(
            "destroyed_at IS NULL OR round_id IS NOT NULL",
            name=op.f("ck_recovery_sheet_installation_keeps"),
        ),
        _key("recovery_sheet", "round_id", "round"),
        _key("recovery_sheet", "printed_by", "account"),
        _key("recovery_sheet", "tested_by", "account"),
        _key("recovery_sheet", "destroyed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_sheet")),
    )
    op.create_index(op.f("ix_recovery_sheet_round_id"), "recovery_sheet", ["round_id"])


def _make_key_removal() -> None:
    op.create_table(
        "key_removal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        _instant("removed_at"),
        _instant("erased_at", nullable=True),
        sa.CheckConstraint(
            "erased_at IS NULL OR erased_at >= removed_at", name=op.f("ck_key_removal_erased_after")
        ),
        _key("key_removal", "round_id", "round"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_key_removal")),
    )


def _make_gap_acknowledged() -> None:
    op.create_table(
        "gap_acknowledged",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("seal_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_n", sa.Integer(), nullable=False),
        _instant("kept_at", nullable=True),
        _instant("sealed_at"),
        sa.Column("ballots_then", sa.Integer(), nullable=False),
        sa.Column("ballots_now", sa.Integer(), nullable=False),
        sa.Column("first_by", sa.Integer(), nullable=False),
        _instant("first_at"),
        sa.Column("second_by", sa.Integer(), nullable=True),
        _instant("second_at", nullable=True),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_gap_acknowledged_two_people")),
        sa.CheckConstraint(
            "(second_by IS NULL) = (second_at IS NULL)",
            name=op.f("ck_gap_acknowledged_second_has_time"),
        ),
        sa.CheckConstraint(
            "kept_n >= 0 AND kept_n < n", name=op.f("ck_gap_acknowledged_seals_lost")
        ),
        sa.CheckConstraint(
            "ballots_then >= 0 AND ballots_now >= 0",
            name=op.f("ck_gap_acknowledged_ballots_not_negative"),
        ),
        _key("gap_acknowledged", "round_id", "round"),
        _key("gap_acknowledged", "first_by", "account"),
        _key("gap_acknowledged", "second_by", "account"),
        sa.PrimaryKeyConstraint("round_id", "n", name=op.f("pk_gap_acknowledged")),
        sqlite_with_rowid=False,
    )


def _changed(written: Iterable[str], later: Iterable[str], differs: str) -> str:
    """SQL: something that was written is to be changed."""
    changed = [f"NEW.{c} {differs} OLD.{c}" for c in written]
    changed += [f"(OLD.{c} IS NOT NULL AND NEW.{c} {differs} OLD.{c})" for c in later]
    return " OR ".join(changed)


def _guard_sqlite() -> None:
    def guard(table: str, event: str, name: str, condition: str, message: str) -> None:
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    fixed = "OLD.stage <> 'preparing' AND NEW.challenge_days IS NOT OLD.challenge_days"
    guard("round", "UPDATE", "keeps_its_challenge", fixed, FIXED)
    guard("round", "UPDATE", "keeps_its_record", "NEW.record_name <> OLD.record_name", RECORD)
    early = "NOT EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id AND r.stage = 'declared')"
    guard("key_removal", "INSERT", "waits_for_the_result", early, TOO_EARLY)
    for table, (written, later) in WRITTEN.items():
        same = " AND ".join(f"{c} = NEW.{c}" for c in KEYS[table].split())
        stands = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        guard(table, "INSERT", "replaces_none", stands, ONCE.format(table))
        guard(
            table,
            "UPDATE",
            "is_written_once",
            _changed(written, later, "IS NOT"),
            ONCE.format(table),
        )
        guard(table, "DELETE", "is_kept", "1", KEPT.format(table))


def _guard_postgresql() -> None:
    def guard(name: str, table: str, event: str, condition: str, message: str, row: str) -> None:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
            f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $guard$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )

    fixed = "OLD.stage <> 'preparing' AND NEW.challenge_days <> OLD.challenge_days"
    guard("guard_challenge", "round", "UPDATE", fixed, FIXED, "NEW")
    renamed = "NEW.record_name <> OLD.record_name"
    guard("guard_record", "round", "UPDATE", renamed, RECORD, "NEW")
    early = "NOT EXISTS (SELECT FROM round WHERE id = NEW.round_id AND stage = 'declared')"
    guard("guard_key_removal", "key_removal", "INSERT", early, TOO_EARLY, "NEW")
    for table, (written, later) in WRITTEN.items():
        changed = _changed(written, later, "IS DISTINCT FROM")
        guard(f"write_{table}_once", table, "UPDATE", changed, ONCE.format(table), "NEW")
        guard(f"keep_{table}", table, "DELETE", "true", KEPT.format(table), "OLD")
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER round_keeps_its_challenge")
        op.execute("DROP TRIGGER round_keeps_its_record")
    else:
        for name in ("guard_challenge", "guard_record"):
            op.execute(f"DROP TRIGGER {name} ON round")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("scrutineer")
    op.drop_table("gap_acknowledged")
    op.drop_table("key_removal")
    op.drop_index(op.f("ix_recovery_sheet_round_id"), table_name="recovery_sheet")
    op.drop_table("recovery_sheet")
    if not is_sqlite:
        op.execute("DROP FUNCTION guard_key_removal()")
        for table in WRITTEN:
            op.execute(f"DROP FUNCTION write_{table}_once()")
            op.execute(f"DROP FUNCTION keep_{table}()")
    op.execute("ALTER TABLE round DROP COLUMN record_name")
    op.execute("ALTER TABLE round DROP COLUMN challenge_days")
