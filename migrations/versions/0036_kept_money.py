"""Money that was published as kept for the next fund is no part of this one any more."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

POT = "the awards of a round are never more than its fund"
PART = "the awards of a part of a fund are never more than its money"
DECIDED = "what was decided about freed money stays as it was published"
_HELD = "held_pence"
_TAKEN = "CASE WHEN freed_decision = 'kept' THEN amount_pence ELSE held_pence END"
_LOCK = "PERFORM 1 FROM round WHERE id = NEW.round_id FOR UPDATE;"


def upgrade() -> None:
    _count(_TAKEN)
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    undone = (
        f"OLD.freed_decision IS NOT NULL AND (NEW.freed_decision {differs} OLD.freed_decision "
        "OR NEW.freed_reason <> OLD.freed_reason)"
    )
    _guard("UPDATE", "keeps_what_was_decided", undone, DECIDED)


def downgrade() -> None:
    _take_away("keeps_what_was_decided")
    _count(_HELD)


def _count(taken: str) -> None:
    """Let the guards of the fund and of its parts count this of each award."""
    for name in ("fits_the_pot", "fits_its_part"):
        _take_away(name)
    _guard("INSERT", "fits_the_pot", _fits(taken), POT, _LOCK)
    _guard("INSERT", "fits_its_part", _fits_part(taken), PART, _LOCK)


def _fits_part(taken: str) -> str:
    return (
        f"(SELECT coalesce(sum({taken}), 0) + NEW.held_pence FROM award a "
        "JOIN project o ON o.id = a.project_id JOIN project p ON p.pot_id = o.pot_id "
        "WHERE p.id = NEW.project_id) > "
        "(SELECT t.pence FROM pot t JOIN project p ON p.pot_id = t.id WHERE p.id = NEW.project_id)"
    )


def _fits(taken: str) -> str:
    return (
        f"(SELECT coalesce(sum({taken}), 0) FROM award WHERE round_id = NEW.round_id) "
        "+ NEW.held_pence > (SELECT pot_pence FROM round WHERE id = NEW.round_id)"
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _take_away(name: str) -> None:
    if _is_sqlite():
        op.execute(f"DROP TRIGGER award_{name}")
    else:
        op.execute(f"DROP TRIGGER guard_{name} ON award")
        op.execute(f"DROP FUNCTION guard_award_{name}()")


def _guard(event: str, name: str, condition: str, words: str, lock: str = "") -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER award_{name} BEFORE {event} ON award WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION guard_award_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN {lock} IF {condition} THEN RAISE EXCEPTION '{words}' "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON award "
        f"FOR EACH ROW EXECUTE FUNCTION guard_award_{name}()"
    )
