"""What only the application held until now, and what nothing held: votes, counts and papers."""

from alembic import op

revision = "0036"
down_revision = "0030"
branch_labels = None
depends_on = None

BY_ITS_VOTER = "a vote that is in is changed by its voter alone, online"

NOT_AFTER_A_COUNT = (
    "once the votes are counted nobody is checked or removed: two counts would show a vote"
)

COUNTED = "EXISTS (SELECT 1 FROM round_count c WHERE c.round_id = NEW.round_id)"

TWO_PASSES = "papers that a second person began to enter are entered by two people"
FEW_READ_BACK = "no more than 300 papers of a round are read back to a witness"
ACCEPTED_BY_ANOTHER = "whoever entered papers and settled where they differ does not accept them"
READ_BACK = (
    "(SELECT count(*) FROM paper_entry e JOIN paper_batch b ON b.id = e.batch_id "
    "WHERE b.round_id = NEW.round_id AND e.pass_no = 1 AND (b.witness <> '' OR b.id = NEW.id))"
)
SETTLED_ALONE = (
    "EXISTS (SELECT 1 FROM paper_entry e WHERE e.batch_id = NEW.id AND e.pass_no = 3 "
    "AND e.entered_by = NEW.accepted_by AND e.entered_by IN (NEW.first_by, NEW.second_by))"
)

#: Table, event, name of the guard, when it refuses, and in which words. ``@`` stands for each
#: database's own word for “differs from, or only one of them is NULL”.
GUARDS = (
    ("ballot", "UPDATE", "changes_by_its_voter", "NEW.source <> 'online'", BY_ITS_VOTER),
    ("voter_review", "INSERT", "comes_before_the_count", COUNTED, NOT_AFTER_A_COUNT),
    (
        "voter_review",
        "UPDATE",
        "is_removed_before_the_count",
        f"NEW.state IN ('asked', 'removed') AND NEW.state <> OLD.state AND {COUNTED}",
        NOT_AFTER_A_COUNT,
    ),
    ("vote_removal", "INSERT", "comes_before_the_count", COUNTED, NOT_AFTER_A_COUNT),
    (
        "paper_batch",
        "UPDATE",
        "needs_two_for_good",
        "(OLD.needs_two AND NOT NEW.needs_two) "
        "OR (NEW.second_by IS NOT NULL AND OLD.second_by IS NULL AND NOT NEW.needs_two)",
        TWO_PASSES,
    ),
    (
        "paper_batch",
        "UPDATE",
        "is_read_back_within_limits",
        f"NEW.witness <> '' AND (OLD.witness = '' OR NEW.state <> OLD.state) AND {READ_BACK} > 300",
        FEW_READ_BACK,
    ),
    (
        "paper_batch",
        "UPDATE",
        "is_accepted_by_another",
        "(OLD.state = 'accepted' AND NEW.accepted_by @ OLD.accepted_by) "
        "OR (NEW.state = 'accepted' AND OLD.state <> 'accepted' "
        f"AND (NEW.accepted_by IS NULL OR {SETTLED_ALONE}))",
        ACCEPTED_BY_ANOTHER,
    ),
)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE paper_batch ADD COLUMN needs_two BOOLEAN NOT NULL DEFAULT false "
        "CONSTRAINT ck_paper_batch_read_back_before_two CHECK (witness = '' OR NOT needs_two)"
    )
    op.execute(
        "ALTER TABLE paper_batch ADD COLUMN accepted_by INTEGER "
        "CONSTRAINT fk_paper_batch_accepted_by_account REFERENCES account (id)"
    )
    op.execute(
        "UPDATE paper_batch SET needs_two = true WHERE second_by IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM round r WHERE r.id = round_id AND r.stage <> 'declared')"
    )
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, _condition, _words in GUARDS:
        _take_away(table, name)
    for column in ("accepted_by", "needs_two"):
        op.execute(f"ALTER TABLE paper_batch DROP COLUMN {column}")


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


def _take_away(table: str, name: str) -> None:
    if _on_sqlite():
        op.execute(f"DROP TRIGGER {table}_{name}")
        return
    op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION guard_{table}_{name}()")
