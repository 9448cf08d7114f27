"""The types of ballot that a round may declare, and each one's limits held by the database."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FROZEN = "the type of the ballot is fixed: people rely on it"
BAD_CHOICES = "a ballot holds as many different projects of its round as the rules allow"
TOO_DEAR = "the projects on a ballot cost no more than the fund together"
BAD_POINTS = "a ballot gives no more points than the rules allow"
BAD_BOOST = "a ballot gives each project one vote and boosts one of them at most"

COLUMNS = {
    "ballot_type": (
        "VARCHAR(10) NOT NULL DEFAULT 'approval' CONSTRAINT ck_round_ballot_type_known CHECK "
        "(ballot_type IN ('approval','spend','points','ranking','boost'))"
    ),
    "points": (
        "INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_round_points_to_share CHECK "
        "((ballot_type = 'points') = (points >= 1))"
    ),
    "most_points": (
        "INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_round_most_points_known CHECK "
        "(most_points <= points AND (ballot_type = 'points') = (most_points >= 1))"
    ),
    "boost_worth": (
        "INTEGER NOT NULL DEFAULT 2 CONSTRAINT ck_round_boost_counts_more CHECK (boost_worth >= 2)"
    ),
}

# SQLite ------------------------------------------------------------------------------------------

_CHOSEN = "(SELECT count(*) FROM json_each(NEW.choices))"
_OF_ROUND = "JOIN project p ON p.round_id = NEW.round_id AND p.id ="
_KNOWN = (
    f"(SELECT count(DISTINCT p.id) FROM json_each(NEW.choices) c {_OF_ROUND} c.value "
    "AND c.type = 'integer')"
)
#: Projects that stand with their points: each choice is a pair of two whole numbers.
_KNOWN_PAIRS = (
    f"(SELECT count(DISTINCT p.id) FROM json_each(NEW.choices) c {_OF_ROUND} "
    "json_extract(c.value, '$[0]') WHERE c.type = 'array' AND json_array_length(c.value) = 2 "
    "AND json_type(c.value, '$[0]') = 'integer' AND json_type(c.value, '$[1]') = 'integer')"
)
_GIVEN = "json_extract(c.value, '$[1]')"


def _round(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id AND {condition})"


def _choices(known: str) -> str:
    """What is wrong with the choices of a ballot, if its known projects are so many."""
    return (
        f"NOT json_valid(NEW.choices) OR NEW.choices GLOB '*[^][0-9,]*' OR {_CHOSEN} <> {known} "
        f"OR {_round(f'{_CHOSEN} NOT BETWEEN r.min_choices AND r.max_choices')}"
    )


#: The guards of a ballot, the one of 0010 among them in its new form; on INSERT and on UPDATE.
SQLITE_GUARDS = {
    "within_limits": (
        _choices(
            "(SELECT CASE WHEN r.ballot_type IN ('points', 'boost') "
            f"THEN {_KNOWN_PAIRS} ELSE {_KNOWN} END FROM round r WHERE r.id = NEW.round_id)"
        ),
        BAD_CHOICES,
    ),
    "within_fund": (
        _round(
            "r.ballot_type = 'spend' AND r.pot_pence < (SELECT sum(p.cost_pence) "
            f"FROM json_each(NEW.choices) c {_OF_ROUND} c.value)"
        ),
        TOO_DEAR,
    ),
    "within_points": (
        _round(
            "r.ballot_type = 'points' AND (SELECT sum("
            f"{_GIVEN}) > r.points OR min({_GIVEN}) < 1 OR max({_GIVEN}) > r.most_points "
            "FROM json_each(NEW.choices) c)"
        ),
        BAD_POINTS,
    ),
    "boosts_one": (
        _round(
            f"r.ballot_type = 'boost' AND (SELECT sum({_GIVEN} <> 1) > 1 "
            f"OR sum({_GIVEN} NOT IN (1, r.boost_worth)) > 0 FROM json_each(NEW.choices) c)"
        ),
        BAD_BOOST,
    ),
}

# PostgreSQL --------------------------------------------------------------------------------------


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


_ID = "[1-9][0-9]{0,8}"
_PAIR = f"\\[{_ID},[0-9]{{1,6}}\\]"
READ_ROUND = "  SELECT * INTO r FROM round WHERE id = NEW.round_id;"
COUNT_CHOICES = """
  SELECT count(*), count(DISTINCT p.id) INTO chosen, known
    FROM {choices} LEFT JOIN project p ON p.id = c.id::int AND p.round_id = NEW.round_id;
  IF chosen <> known OR chosen < r.min_choices OR chosen > r.max_choices
    THEN {refuse} END IF;"""
FLAT = "jsonb_array_elements_text(NEW.choices::jsonb) AS c(id)"
PAIRS = "(SELECT e ->> 0 AS id FROM jsonb_array_elements(NEW.choices::jsonb) AS e) AS c"
OLD_CHOICES = (
    f"  IF NEW.choices !~ '^\\[{_ID}(,{_ID})*\\]$' THEN {_refuse(BAD_CHOICES)} END IF;"
    + COUNT_CHOICES.format(choices=FLAT, refuse=_refuse(BAD_CHOICES))
)
NEW_CHOICES = f"""
  IF r.ballot_type NOT IN ('points', 'boost') THEN
{OLD_CHOICES}
    RETURN NEW;
  END IF;
  IF NEW.choices !~ '^\\[{_PAIR}(,{_PAIR})*\\]$' THEN {_refuse(BAD_CHOICES)} END IF;
{COUNT_CHOICES.format(choices=PAIRS, refuse=_refuse(BAD_CHOICES))}"""

#: What each new guard declares and does. They run in the order of their names, after the choices.
POSTGRESQL_GUARDS = {
    "guard_ballot_fund": (
        "DECLARE r record;",
        f"""
  IF r.ballot_type = 'spend' AND r.pot_pence < (SELECT sum(p.cost_pence)
      FROM {FLAT} JOIN project p ON p.id = c.id::int AND p.round_id = NEW.round_id)
    THEN {_refuse(TOO_DEAR)} END IF;""",
    ),
    "guard_ballot_points": (
        "DECLARE r record; given record;",
        f"""
  IF r.ballot_type = 'points' THEN
    SELECT sum((e ->> 1)::int) AS whole, min((e ->> 1)::int) AS least, max((e ->> 1)::int) AS most
      INTO given FROM jsonb_array_elements(NEW.choices::jsonb) AS e;
    IF given.whole > r.points OR given.least < 1 OR given.most > r.most_points
      THEN {_refuse(BAD_POINTS)} END IF;
  END IF;""",
    ),
    "guard_ballot_worth": (
        "DECLARE r record; boosted int; strange int;",
        f"""
  IF r.ballot_type = 'boost' THEN
    SELECT count(*) FILTER (WHERE e ->> 1 <> '1'),
           count(*) FILTER (WHERE e ->> 1 NOT IN ('1', r.boost_worth::text))
      INTO boosted, strange FROM jsonb_array_elements(NEW.choices::jsonb) AS e;
    IF boosted > 1 OR strange > 0 THEN {_refuse(BAD_BOOST)} END IF;
  END IF;""",
    ),
}


def upgrade() -> None:
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE round ADD COLUMN {name} {definition}")
    if _is_sqlite():
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    for event in ("INSERT", "UPDATE"):
        op.execute(f"DROP TRIGGER ballot_{event.lower()}_within_limits")
        for name, (condition, message) in SQLITE_GUARDS.items():
            _sqlite_guard(event, name, condition, message)
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in COLUMNS)
    op.execute(
        "CREATE TRIGGER round_keeps_its_ballot_type BEFORE UPDATE ON round "
        f"WHEN OLD.stage <> 'preparing' AND ({changed}) "
        f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
    )


def _sqlite_guard(event: str, name: str, condition: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER ballot_{event.lower()}_{name} BEFORE {event} ON ballot WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _upgrade_postgresql() -> None:
    _choices_guard(NEW_CHOICES)
    for name, (declare, body) in POSTGRESQL_GUARDS.items():
        _function(name, f"{declare}\nBEGIN\n{READ_ROUND}{body}\n  RETURN NEW;\nEND")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON ballot "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in COLUMNS)
    _function(
        "guard_ballot_type",
        f"BEGIN IF OLD.stage <> 'preparing' AND ({changed}) THEN {_refuse(FROZEN)} END IF; "
        "RETURN NEW; END",
    )
    op.execute(
        "CREATE TRIGGER guard_ballot_type BEFORE UPDATE ON round "
        "FOR EACH ROW EXECUTE FUNCTION guard_ballot_type()"
    )


def _choices_guard(body: str) -> None:
    declare = "DECLARE r record; chosen int; known int;"
    _function("guard_ballot_choices", f"{declare}\nBEGIN\n{READ_ROUND}\n{body}\n  RETURN NEW;\nEND")


def _function(name: str, body: str) -> None:
    """Make a guard's function, or give it another body."""
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"{body} $guard$"
    )


def downgrade() -> None:
    """Go back; rounds with another type of ballot must be gone first."""
    other = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM round WHERE ballot_type <> 'approval'")
    )
    if other:
        raise RuntimeError(f"{other} rounds have a type of ballot that the older version lacks")
    if _is_sqlite():
        op.execute("DROP TRIGGER round_keeps_its_ballot_type")
        for event in ("INSERT", "UPDATE"):
            for name in SQLITE_GUARDS:
                op.execute(f"DROP TRIGGER ballot_{event.lower()}_{name}")
            _sqlite_guard(event, "within_limits", _choices(_KNOWN), BAD_CHOICES)
    else:
        op.execute("DROP TRIGGER guard_ballot_type ON round")
        op.execute("DROP FUNCTION guard_ballot_type()")
        for name in POSTGRESQL_GUARDS:
            op.execute(f"DROP TRIGGER {name} ON ballot")
            op.execute(f"DROP FUNCTION {name}()")
        _choices_guard(OLD_CHOICES)
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE round DROP COLUMN {name}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
