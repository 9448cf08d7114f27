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
)


def upgrade() -> None:
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for table, _event, name, _condition, _words in GUARDS:
        _take_away(table, name)


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
