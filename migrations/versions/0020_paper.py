"""Paper ballots: stations and their papers, entered twice; and desk marks in the ballot box."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NO_CHANGE = "a vote may not be changed in this way"
FROZEN = "the rules are fixed: people rely on them"
NOT_NOW = "papers are taken once voting is open, and until the votes are counted"
NO_BATCH = "a paper counts only in a batch that two people have checked, and once"
NO_PAPER = "nobody votes on paper in this round"
TWO_PEOPLE = "each pass is entered by the one person who began it"
ENTRY_STAYS = "what was entered stays as it is"
BATCH_BEGINS = "a station begins without papers, in a round that takes them now"
BATCH_STAYS = "an accepted batch stays as it is, and so does all paper of a declared round"
BATCH_CHECKED = "a batch is accepted once all its papers are checked and settled"
BATCH_NUMBERS = "the numbers of an accepted batch are corrected by another person"
BATCH_KEPT = "a station with papers or marks is kept"

#: A paper of which the two passes don't say the same, and that nobody has looked at since.
UNSETTLED = (
    "SELECT 1 FROM paper_entry e WHERE e.batch_id = NEW.id GROUP BY e.seq HAVING max(e.pass_no) < 3 "
    "AND (count(*) <> 2 OR min(coalesce(e.choices, '')) <> max(coalesce(e.choices, '')))"
)
#: How many papers are votes by the final word on each: a third look, or else the first pass.
VALID = (
    "(SELECT count(*) FROM (SELECT e.seq FROM paper_entry e WHERE e.batch_id = NEW.id "
    "GROUP BY e.seq HAVING count(CASE WHEN e.pass_no = 3 THEN e.choices END) = 1 "
    "OR (max(e.pass_no) < 3 AND count(CASE WHEN e.pass_no = 1 THEN e.choices END) = 1)) v)"
)
ENTERED = "(SELECT count(*) FROM paper_entry e WHERE e.batch_id = NEW.id AND e.pass_no = 1)"
READ_BACK = 300
#: How many papers stand in the ballot box, and how many the accepted batches hold.
PAPERS = "(SELECT count(*) FROM ballot p WHERE p.round_id = {}.round_id AND p.source = 'paper')"
HELD = (
    "(SELECT coalesce(sum(b.valid), 0) FROM paper_batch b "
    "WHERE b.round_id = {}.round_id AND b.state = 'accepted')"
)


def _round(condition: str, row: str = "NEW") -> str:
    return f"EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND {condition})"


def _batch(condition: str, row: str) -> str:
    return f"EXISTS (SELECT 1 FROM paper_batch b WHERE b.id = {row}.batch_id AND {condition})"


def _entries(passes: str, row: str = "NEW") -> str:
    return (
        f"EXISTS (SELECT 1 FROM paper_entry e WHERE e.batch_id = {row}.id "
        f"AND e.pass_no IN ({passes}))"
    )


def _differs(columns: str) -> str:
    """Whether one of the columns changes, in words that both databases know."""
    return "(" + " OR ".join(f"NEW.{c} <> OLD.{c}" for c in columns.split()) + ")"


def _other(column: str) -> str:
    """Whether a reference changes; none is 0."""
    return f"coalesce(NEW.{column}, 0) <> coalesce(OLD.{column}, 0)"


_OPENED = "r.voting_opens_at <= {now}"
_UNCOUNTED = "NOT EXISTS (SELECT 1 FROM round_count c WHERE c.round_id = r.id)"
_TAKES = "r.takes_paper AND NOT r.is_imported AND r.stage IN ('voting', 'closed')"
#: In which state of the batch, and by whom, a pass is entered.
_TURN = (
    "((NEW.pass_no = 1 AND b.state = 'open' AND b.first_by = NEW.entered_by) "
    "OR (NEW.pass_no = 2 AND b.state = 'first' AND b.second_by = NEW.entered_by) "
    "OR (NEW.pass_no = 3 AND b.state = 'mismatch'))"
)
_TAKEN_BACK = (
    "((OLD.pass_no = 1 AND b.state = 'open') OR (OLD.pass_no = 2 AND b.state = 'first') "
    "OR (OLD.pass_no = 3 AND b.state = 'mismatch'))"
)

#: Table, event, name, what is refused, and in which words. The same on both databases.
GUARDS = (
    (
        "ballot",
        "INSERT",
        "paper_in_time",
        f"NEW.source = 'paper' AND NOT {_round(f'{_TAKES} AND {_OPENED} AND {_UNCOUNTED}')}",
        NOT_NOW,
    ),
    (
        "ballot",
        "INSERT",
        "paper_of_a_batch",
        f"NEW.source = 'paper' AND {PAPERS.format('NEW')} >= {HELD.format('NEW')}",
        NO_BATCH,
    ),
    (
        "ballot",
        "INSERT",
        "marked_where_paper_is",
        f"NEW.source = 'desk' AND NOT {_round('r.takes_paper')}",
        NO_PAPER,
    ),
    (
        "ballot",
        "UPDATE",
        "paper_stays",
        "OLD.source IN ('paper', 'desk') OR (NEW.source <> OLD.source "
        "AND NEW.source NOT IN ('online', 'assisted'))",
        NO_CHANGE,
    ),
    (
        "paper_entry",
        "INSERT",
        "in_turn",
        f"NOT {_batch(_TURN, 'NEW')}",
        TWO_PEOPLE,
    ),
    ("paper_entry", "UPDATE", "stays", "OLD.seq = OLD.seq", ENTRY_STAYS),
    ("paper_entry", "DELETE", "is_kept", f"NOT {_batch(_TAKEN_BACK, 'OLD')}", ENTRY_STAYS),
    (
        "paper_batch",
        "INSERT",
        "begins_empty",
        f"NEW.state <> 'open' OR NEW.valid <> 0 OR NEW.marks <> 0 "
        f"OR NOT {_round(f'{_TAKES} AND {_UNCOUNTED}')}",
        BATCH_BEGINS,
    ),
    (
        "paper_batch",
        "UPDATE",
        "stays",
        f"{_round(chr(39) + 'declared' + chr(39) + ' = r.stage')} "
        "OR NEW.round_id <> OLD.round_id OR NEW.marks < OLD.marks "
        f"OR (OLD.state = 'accepted' AND ({_differs('state station witness valid')} "
        f"OR {_other('first_by')} OR {_other('second_by')}))",
        BATCH_STAYS,
    ),
    (
        "paper_batch",
        "UPDATE",
        "keeps_its_people",
        f"({_other('first_by')} AND {_entries('1')}) OR ({_other('second_by')} AND {_entries('2')})",
        TWO_PEOPLE,
    ),
    (
        "paper_batch",
        "UPDATE",
        "is_accepted_once_checked",
        "NEW.state = 'accepted' AND OLD.state <> 'accepted' AND (OLD.state <> 'second' "
        f"OR NEW.valid <> {VALID} OR (NEW.witness <> '' AND {ENTERED} > {READ_BACK}) "
        f"OR (NEW.witness = '' AND EXISTS ({UNSETTLED})))",
        BATCH_CHECKED,
    ),
    (
        "paper_batch",
        "UPDATE",
        "is_corrected_by_another",
        f"OLD.state = 'accepted' AND {_differs('issued declared')} "
        "AND NEW.numbers_by = OLD.numbers_by",
        BATCH_NUMBERS,
    ),
    (
        "paper_batch",
        "DELETE",
        "is_kept",
        f"OLD.state <> 'open' OR OLD.marks <> 0 OR {_entries('1, 2, 3', 'OLD')}",
        BATCH_KEPT,
    ),
    (
        "round",
        "UPDATE",
        "keeps_its_channels",
        "OLD.stage <> 'preparing' AND NEW.takes_paper <> OLD.takes_paper",
        FROZEN,
    ),
)

#: Guards of votes on the site that papers and desk marks have others for, per database.
BESIDE_SQLITE = {
    "ballot_insert_only_while_open": "paper",
    "ballot_insert_in_time": "paper",
    "ballot_insert_within_limits": "desk",
}
BESIDE_POSTGRESQL = {"guard_ballot_in_time": "paper", "guard_ballot_choices": "desk"}

#: What changes in the ballot's table: a desk mark has no choices, and everything else has.
EMPTY = "(source = 'desk') = (choices IS NULL)"
WHOLE = "(choices IS NULL) = (leaf IS NULL) AND (choices IS NULL) = (salt IS NULL)"
LAST_CHECK = "CONSTRAINT ck_ballot_version_from_one CHECK (version >= 1)"
IN_THE_SCHEMA = (
    ("choices TEXT NOT NULL", "choices TEXT"),
    ("salt BLOB NOT NULL", "salt BLOB"),
    ("leaf BLOB NOT NULL", "leaf BLOB"),
    (
        LAST_CHECK,
        f"{LAST_CHECK}, \n\tCONSTRAINT ck_ballot_only_a_mark_is_empty CHECK ({EMPTY}), \n"
        f"\tCONSTRAINT ck_ballot_sealed_whole CHECK ({WHOLE})",
    ),
)


def upgrade() -> None:
    op.execute("ALTER TABLE round ADD COLUMN takes_paper BOOLEAN NOT NULL DEFAULT false")
    op.execute(
        "ALTER TABLE seal ADD COLUMN desk INTEGER NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_seal_desk_not_negative CHECK (desk >= 0)"
    )
    _make_tables()
    if _is_sqlite():
        _change_schema([(old, new) for old, new in IN_THE_SCHEMA])
    else:
        for column in ("choices", "salt", "leaf"):
            op.alter_column("ballot", column, nullable=True)
        op.create_check_constraint(op.f("ck_ballot_only_a_mark_is_empty"), "ballot", EMPTY)
        op.create_check_constraint(op.f("ck_ballot_sealed_whole"), "ballot", WHOLE)
    op.create_index(
        op.f("ix_ballot_paper"),
        "ballot",
        ["round_id"],
        sqlite_where=sa.text("source = 'paper'"),
        postgresql_where=sa.text("source = 'paper'"),
    )
    _let_pass(beside=True)
    for guard in GUARDS:
        _make_guard(*guard)


def downgrade() -> None:
    """Go back; rounds that take paper must be gone first."""
    other = op.get_bind().scalar(sa.text("SELECT count(*) FROM round WHERE takes_paper"))
    if other:
        raise RuntimeError(f"{other} rounds take paper, which the older version does not")
    for table, _event, name, _condition, _words in GUARDS:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    _let_pass(beside=False)
    op.drop_index(op.f("ix_ballot_paper"), table_name="ballot")
    if _is_sqlite():
        _change_schema([(new, old) for old, new in reversed(IN_THE_SCHEMA)])
    else:
        op.drop_constraint(op.f("ck_ballot_sealed_whole"), "ballot")
        op.drop_constraint(op.f("ck_ballot_only_a_mark_is_empty"), "ballot")
        for column in ("choices", "salt", "leaf"):
            op.alter_column("ballot", column, nullable=False)
        for table in ("paper_entry", "paper_batch"):
            op.execute(f"DROP TRIGGER {table}_is_not_emptied ON {table}")
    op.drop_table("paper_entry")
    op.drop_table("paper_batch")
    op.execute("ALTER TABLE seal DROP COLUMN desk")
    op.execute("ALTER TABLE round DROP COLUMN takes_paper")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_tables() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("numbers_by", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_by", sa.Integer(), nullable=True),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("witness", sa.String(length=100), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("station <> ''", name=op.f("ck_paper_batch_station_named")),
        sa.CheckConstraint("issued >= 0", name=op.f("ck_paper_batch_issued_not_negative")),
        sa.CheckConstraint("declared >= 0", name=op.f("ck_paper_batch_declared_not_negative")),
        sa.CheckConstraint("marks >= 0", name=op.f("ck_paper_batch_marks_not_negative")),
        sa.CheckConstraint("valid >= 0", name=op.f("ck_paper_batch_valid_not_negative")),
        sa.CheckConstraint(
            "state IN ('open','first','mismatch','second','accepted')",
            name=op.f("ck_paper_batch_state_known"),
        ),
        sa.CheckConstraint(
            "first_by IS NULL OR second_by IS NULL OR first_by <> second_by",
            name=op.f("ck_paper_batch_two_people"),
        ),
        sa.CheckConstraint(
            "witness = '' OR second_by IS NULL", name=op.f("ck_paper_batch_checked_in_one_way")
        ),
        sa.CheckConstraint(
            "state <> 'accepted' "
            "OR (first_by IS NOT NULL AND (second_by IS NOT NULL OR witness <> ''))",
            name=op.f("ck_paper_batch_accepted_was_checked"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_batch_round_id_round")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["account.id"], name=op.f(f"fk_paper_batch_{column}_account")
            )
            for column in ("numbers_by", "first_by", "second_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("round_id", "station", name=op.f("uq_paper_batch_round_id_station")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("pass_no", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.Column("spoilt", sa.String(length=10), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_paper_entry_seq_from_one")),
        sa.CheckConstraint("pass_no IN (1,2,3)", name=op.f("ck_paper_entry_pass_known")),
        sa.CheckConstraint(
            "(choices IS NULL) <> (spoilt IS NULL)", name=op.f("ck_paper_entry_counts_or_spoilt")
        ),
        sa.CheckConstraint(
            "spoilt IN ('blank','many','unclear','named','other') "
            "OR (spoilt = 'absent' AND pass_no = 3)",
            name=op.f("ck_paper_entry_spoilt_known"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_entry_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_paper_entry_entered_by_account")
        ),
        sa.PrimaryKeyConstraint("batch_id", "seq", "pass_no", name=op.f("pk_paper_entry")),
        sqlite_with_rowid=False,
    )
    if not _is_sqlite():
        for table in ("paper_batch", "paper_entry"):
            op.execute(
                f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
            )


def _make_guard(table: str, event: str, name: str, condition: str, words: str) -> None:
    """Make a trigger that refuses what meets the condition; a check that breaks on PostgreSQL."""
    run = op.get_bind().exec_driver_sql
    if _is_sqlite():
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
        opened = condition.replace(_OPENED, f"substr(r.voting_opens_at, 1, 23) <= {now}")
        run(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {opened} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    if name == "paper_of_a_batch":
        _count_once(words)
        return
    opened = condition.replace("{now}", "transaction_timestamp()")
    row, guard = "OLD" if event == "DELETE" else "NEW", f"guard_{table}_{name}"
    run(
        f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {opened} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; "
        f"END IF; RETURN {row}; END $guard$"
    )
    run(f"CREATE TRIGGER {guard} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {guard}()")


def _count_once(words: str) -> None:
    """Count the papers once for each statement, not for each row of it, which takes too long."""
    run, guard = op.get_bind().exec_driver_sql, "guard_ballot_paper_of_a_batch"
    run(
        f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        "BEGIN IF EXISTS (SELECT FROM (SELECT DISTINCT round_id FROM added WHERE source = 'paper') "
        f"AS n WHERE {PAPERS.format('n')} > {HELD.format('n')}) "
        f"THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NULL; END $guard$"
    )
    run(
        f"CREATE TRIGGER {guard} AFTER INSERT ON ballot REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {guard}()"
    )


def _let_pass(*, beside: bool) -> None:
    """Let papers or desk marks pass by the guards of votes on the site, which stay as they are."""
    run = op.get_bind().exec_driver_sql
    if not _is_sqlite():
        for name, source in BESIDE_POSTGRESQL.items():
            only = f"WHEN (NEW.source <> '{source}') " if beside else ""
            run(f"DROP TRIGGER {name} ON ballot")
            run(
                f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON ballot FOR EACH ROW {only}"
                f"EXECUTE FUNCTION {name}()"
            )
        return
    for name, source in BESIDE_SQLITE.items():
        sql = run(f"SELECT sql FROM sqlite_master WHERE name = '{name}'").scalar_one()
        old, new = " WHEN ", f" WHEN NEW.source <> '{source}' AND ("
        end, new_end = " BEGIN SELECT RAISE", ") BEGIN SELECT RAISE"
        if not beside:
            old, new, end, new_end = new, old, new_end, end
        run(f"DROP TRIGGER {name}")
        run(sql.replace(old, new, 1).replace(end, new_end, 1))


def _change_schema(changes: list[tuple[str, str]]) -> None:
    """Change the ballot's table in SQLite's schema, as its manual describes.

    Making the table anew, which is the other way there, would lose its triggers.
    """
    op.execute("PRAGMA writable_schema = ON")
    statement = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
        "WHERE type = 'table' AND name = 'ballot'"
    )
    for old, new in changes:
        op.get_bind().execute(statement, {"old": old, "new": new})
    op.execute("PRAGMA writable_schema = RESET")
