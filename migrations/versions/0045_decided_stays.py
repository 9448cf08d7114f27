"""What was decided about a request, the steps of its process and a reason once told stay."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEPT = "what was decided about a request stays as it is"
STEP = "a step of a process stays as it was written"
_DECIDED = (
    "EXISTS (SELECT 1 FROM participation_request r WHERE r.id = {row}.request_id AND r.stage IN "
    "('agreed', 'under_way', 'ended', 'reported', 'refused', 'not_considered'))"
)
_NEW, _OLD = _DECIDED.format(row="NEW"), _DECIDED.format(row="OLD")
#: Table, event, name of the guard, when it refuses, and in which words.
GUARDS = (
    ("request_authority", "INSERT", "comes_before_the_decision", _NEW, KEPT),
    ("request_authority", "UPDATE", "is_not_changed_once_decided", f"{_NEW} OR {_OLD}", KEPT),
    ("request_authority", "DELETE", "is_kept_once_decided", _OLD, KEPT),
    ("request_ground", "INSERT", "comes_with_the_decision", _NEW, KEPT),
    ("process_step", "UPDATE", "is_not_changed", "TRUE", STEP),
    ("process_step", "DELETE", "is_kept", "TRUE", STEP),
    (
        "declination",
        "DELETE",
        "is_kept_once_reopened",
        "OLD.reopened_on IS NOT NULL",
        "a reason that was told is not deleted, also while it is looked at again",
    ),
)


def upgrade() -> None:
    for guard in GUARDS:
        _guard(*guard)
    if _on_sqlite():  # a REPLACE asks no guard of deletion
        found = "EXISTS (SELECT 1 FROM process_step WHERE id = NEW.id)"
        _guard("process_step", "INSERT", "replaces_none", found, STEP)


def downgrade() -> None:
    for table, _event, name, *_rest in GUARDS:
        if _on_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    if _on_sqlite():
        op.execute("DROP TRIGGER process_step_replaces_none")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str, event: str, name: str, condition: str, words: str) -> None:
    run = op.get_bind().exec_driver_sql
    if _on_sqlite():
        run(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    guard, row = f"guard_{table}_{name}", "OLD" if event == "DELETE" else "NEW"
    run(
        f"CREATE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {row}; END $guard$"
    )
    run(f"CREATE TRIGGER {guard} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {guard}()")
