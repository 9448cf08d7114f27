"""Each rule of the ballot box as a guard of its own on PostgreSQL, as it is on SQLite."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOT_OPEN = "voting is not open in this round"
NOT_NOW = "votes are taken between the opening and the closing instant only"
WRONG_SOURCE = "votes from a file belong in an imported round, and nothing else does"
NO_CHANGE = "a vote may not be changed in this way"
BAD_CHOICES = "a ballot holds as many different projects of its round as the rules allow"
NO_DELETE = "a ballot is never deleted"


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


KEPT = f"  IF TG_OP = 'DELETE' THEN {_refuse(NO_DELETE)} END IF;"
IN_TIME = f"""
  IF r.stage IS DISTINCT FROM 'voting' THEN {_refuse(NOT_OPEN)} END IF;
  IF (NEW.source = 'imported') <> r.is_imported THEN {_refuse(WRONG_SOURCE)} END IF;
  IF NOT r.is_imported AND (transaction_timestamp() < r.voting_opens_at
      OR transaction_timestamp() >= r.voting_closes_at) THEN {_refuse(NOT_NOW)} END IF;"""
BY_THE_RULES = f"""
  IF TG_OP = 'INSERT' AND NEW.version <> 1 THEN {_refuse(NO_CHANGE)} END IF;
  IF TG_OP = 'UPDATE' AND (NOT r.allow_change OR r.is_imported
      OR NEW.round_id <> OLD.round_id OR NEW.ballot_key <> OLD.ballot_key
      OR NEW.version <> OLD.version + 1) THEN {_refuse(NO_CHANGE)} END IF;"""
WITHIN_LIMITS = f"""
  IF NEW.choices !~ '^\\[[1-9][0-9]{{0,8}}(,[1-9][0-9]{{0,8}})*\\]$' THEN {_refuse(BAD_CHOICES)} END IF;
  SELECT count(*), count(DISTINCT p.id) INTO chosen, known
    FROM jsonb_array_elements_text(NEW.choices::jsonb) AS c(id)
    LEFT JOIN project p ON p.id = c.id::int AND p.round_id = NEW.round_id;
  IF chosen <> known OR chosen < r.min_choices OR chosen > r.max_choices
    THEN {_refuse(BAD_CHOICES)} END IF;"""

#: What each guard declares, does and answers. They run in the order of their names.
GUARDS = {
    "guard_ballot_is_kept": ("DELETE", "", KEPT, "OLD"),
    "guard_ballot_in_time": ("INSERT OR UPDATE", "DECLARE r record;", IN_TIME, "NEW"),
    "guard_ballot_changes": ("INSERT OR UPDATE", "DECLARE r record;", BY_THE_RULES, "NEW"),
    "guard_ballot_choices": (
        "INSERT OR UPDATE",
        "DECLARE r record; chosen int; known int;",
        WITHIN_LIMITS,
        "NEW",
    ),
}
READ_ROUND = "  SELECT * INTO r FROM round WHERE id = NEW.round_id;"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER guard_ballot ON ballot")
    op.execute("DROP FUNCTION guard_ballot()")
    for name, (events, declare, body, row) in GUARDS.items():
        _guard(name, events, f"{declare}\nBEGIN\n{READ_ROUND if declare else ''}{body}", row)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in GUARDS:
        op.execute(f"DROP TRIGGER {name} ON ballot")
        op.execute(f"DROP FUNCTION {name}()")
    declare = "DECLARE r record; chosen int; known int;"
    body = f"{KEPT}\n{READ_ROUND}{IN_TIME}{BY_THE_RULES}{WITHIN_LIMITS}"
    _guard("guard_ballot", "INSERT OR UPDATE OR DELETE", f"{declare}\nBEGIN\n{body}", "NEW")


def _guard(name: str, events: str, body: str, row: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"{body}\n  RETURN {row};\nEND $guard$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {events} ON ballot FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
