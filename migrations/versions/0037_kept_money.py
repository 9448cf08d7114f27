"""Money that was published as kept for the next fund is no part of this one any more."""

from alembic import op

revision = "0037"
down_revision = "0033"
branch_labels = None
depends_on = None

POT = "the awards of a round are never more than its fund"
PART = "the awards of a part of a fund are never more than its money"
DECIDED = "what was decided about freed money stays as it was published"
_HELD = "a.held_pence"
_TAKEN = "CASE WHEN a.freed_decision = 'kept' THEN a.amount_pence ELSE a.held_pence END"
_LOCK = "PERFORM 1 FROM round WHERE id = NEW.round_id FOR UPDATE;"


def upgrade() -> None:
    _fit(_TAKEN)
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    undone = (
        f"OLD.freed_decision IS NOT NULL AND (NEW.freed_decision {differs} OLD.freed_decision "
        "OR NEW.freed_reason <> OLD.freed_reason)"
    )
    _guard("UPDATE", "keeps_what_was_decided", undone, DECIDED)


def downgrade() -> None:
    _take_away("keeps_what_was_decided")
    _fit(_HELD)


def _fit(taken: str) -> None:
    """Put both guards anew: over the whole fund, and over the part of it that pays."""
    whole = (
        f"(SELECT coalesce(sum({taken}), 0) FROM award a WHERE a.round_id = NEW.round_id) "
        "+ NEW.held_pence > (SELECT pot_pence FROM round WHERE id = NEW.round_id)"
    )
    part = (
        f"(SELECT coalesce(sum({taken}), 0) + NEW.held_pence FROM award a "
        "JOIN project o ON o.id = a.project_id JOIN project p ON p.pot_id = o.pot_id "
        "WHERE p.id = NEW.project_id) > "
        "(SELECT t.pence FROM pot t JOIN project p ON p.pot_id = t.id WHERE p.id = NEW.project_id)"
    )
    for name, condition, words in (("fits_the_pot", whole, POT), ("fits_its_part", part, PART)):
        _take_away(name)
        _guard("INSERT", name, condition, words, _LOCK)


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
