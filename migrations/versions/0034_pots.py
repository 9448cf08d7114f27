"""The fund of a round may have parts, each with money, projects and limits of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

RULES_FIXED = "the rules of a round are fixed once proposals open"
TOGETHER = "the parts of a fund are two or more, and together they are the fund"
ITS_PART = "a project is paid for by exactly one part of a fund that has parts"
PART_OF_ROUND = "a proposal asks a part of the fund that it was sent to"
WITHIN_POTS = "a ballot keeps to the limits within each part of the fund"
FITS = "the awards of a part of a fund are never more than its money"

COLUMNS = {
    "round": {
        "pots_each_voter": (
            "VARCHAR(3) NOT NULL DEFAULT '' CONSTRAINT ck_round_pots_each_voter_known CHECK "
            "(pots_each_voter IN ('','all','one'))"
        ),
    },
    "project": {"pot_id": "INTEGER CONSTRAINT fk_project_pot_id_pot REFERENCES pot (id)"},
    "proposal": {"pot_id": "INTEGER CONSTRAINT fk_proposal_pot_id_pot REFERENCES pot (id)"},
    "proposal_check": {
        "pot_id": "INTEGER CONSTRAINT fk_proposal_check_pot_id_pot REFERENCES pot (id)",
        "pot_reason": (
            "TEXT NOT NULL DEFAULT '' CONSTRAINT ck_proposal_check_pot_explained CHECK "
            "(pot_id IS NULL OR pot_reason <> '')"
        ),
    },
}

#: A part changes only before its round is public, or between the new version of the rules that
#: says so and the round that then takes its hash.
_FIXED = (
    "EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND r.stage <> 'preparing' AND NOT "
    "(r.stage IN ('proposals', 'screening') AND EXISTS (SELECT 1 FROM rule_version v "
    "WHERE v.round_id = r.id AND v.rules_hash <> r.rules_hash "
    "AND v.n = (SELECT max(n) FROM rule_version WHERE round_id = r.id))))"
)
_POTS = "(SELECT count(*) FROM pot t WHERE t.round_id = {round})"
_SUM = "(SELECT coalesce(sum(t.pence), 0) FROM pot t WHERE t.round_id = NEW.id)"
#: Where a round's rules become public, change or are settled, its parts must be whole.
_NOT_WHOLE = (
    "NEW.stage <> 'preparing' AND (NEW.stage <> OLD.stage OR NEW.pot_pence <> OLD.pot_pence "
    "OR NEW.pots_each_voter <> OLD.pots_each_voter "
    "OR NEW.rules_hash {differs} OLD.rules_hash) AND ("
    "(NEW.pots_each_voter = '' AND " + _POTS.format(round="NEW.id") + " > 0) OR "
    "(NEW.pots_each_voter <> '' AND (" + _POTS.format(round="NEW.id") + " < 2 "
    "OR " + _SUM + " <> NEW.pot_pence)) OR "
    "(NEW.stage = 'voting' AND OLD.stage <> 'voting' AND EXISTS (SELECT 1 FROM project p "
    "WHERE p.round_id = NEW.id AND (p.pot_id IS NULL) <> (NEW.pots_each_voter = ''))))"
)
_NO_PART = (
    "(NEW.pot_id IS NULL) <> (SELECT r.pots_each_voter = '' FROM round r WHERE r.id = NEW.round_id)"
)
_STRANGE = (
    "NEW.pot_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM pot t WHERE t.id = NEW.pot_id AND t.round_id = NEW.round_id)"
)
_OVERSPENT = (
    "(SELECT coalesce(sum(a.held_pence), 0) + NEW.held_pence FROM award a "
    "JOIN project o ON o.id = a.project_id JOIN project p ON p.pot_id = o.pot_id "
    "WHERE p.id = NEW.project_id) > "
    "(SELECT t.pence FROM pot t JOIN project p ON p.pot_id = t.id WHERE p.id = NEW.project_id)"
)
#: Table, event, name, when it refuses, what it says, and what PostgreSQL locks first.
GUARDS = (
    ("pot", "INSERT", "comes_with_the_rules", _FIXED.format(row="NEW"), RULES_FIXED, ""),
    ("pot", "UPDATE", "changes_with_the_rules",
     f"NEW.round_id <> OLD.round_id OR NEW.number <> OLD.number OR {_FIXED.format(row='OLD')}",
     RULES_FIXED, ""),
    ("pot", "DELETE", "goes_with_the_rules", _FIXED.format(row="OLD"), RULES_FIXED, ""),
    ("round", "AFTER UPDATE", "has_whole_pots", _NOT_WHOLE, TOGETHER, ""),
    ("project", "INSERT", "comes_with_its_pot", f"{_NO_PART} OR {_STRANGE}", ITS_PART, ""),
    ("project", "UPDATE", "keeps_to_its_pots", f"{_NO_PART} OR {_STRANGE}", ITS_PART, ""),
    ("proposal", "INSERT", "asks_its_own_pot", _STRANGE, PART_OF_ROUND, ""),
    ("proposal", "UPDATE", "goes_to_its_own_pot", _STRANGE, PART_OF_ROUND, ""),
    ("award", "INSERT", "fits_its_part", _OVERSPENT, FITS,
     "PERFORM 1 FROM round WHERE id = NEW.round_id FOR UPDATE;"),
)  # fmt: skip

#: The limits of a whole ballot are those of its parts together; `within_pots` judges each part.
_TIMES_SQL = "(SELECT max(1, count(*)) FROM pot t WHERE t.round_id = NEW.round_id)"
_TIMES_PG = "(SELECT greatest(1, count(*)) FROM pot t WHERE t.round_id = NEW.round_id)"
SQLITE_LIMITS = {
    "within_limits": (
        "NOT BETWEEN r.min_choices AND r.max_choices",
        f"NOT BETWEEN r.min_choices AND r.max_choices * {_TIMES_SQL}",
    ),
    "within_points": ("> r.points OR", f"> r.points * {_TIMES_SQL} OR"),
    "boosts_one": ("<> 1) > 1 OR", f"<> 1) > {_TIMES_SQL} OR"),
}
POSTGRESQL_LIMITS = {
    "guard_ballot_choices": (
        "chosen > r.max_choices", f"chosen > r.max_choices * {_TIMES_PG}",
    ),
    "guard_ballot_points": ("given.whole > r.points OR", f"given.whole > r.points * {_TIMES_PG} OR"),
    "guard_ballot_worth": ("boosted > 1 OR", f"boosted > {_TIMES_PG} OR"),
}  # fmt: skip
_SQLITE_ID = "CASE c.type WHEN 'array' THEN json_extract(c.value, '$[0]') ELSE c.value END"
_SQLITE_GIVEN = "CASE c.type WHEN 'array' THEN json_extract(c.value, '$[1]') ELSE 1 END"
_SQLITE_POTS = (
    "(SELECT p.pot_id AS pot_id, count(*) AS chosen, sum(p.cost_pence) AS cost, "
    f"sum({_SQLITE_GIVEN}) AS given, sum({_SQLITE_GIVEN} <> 1) AS boosted "
    "FROM json_each(NEW.choices) c JOIN project p ON p.round_id = NEW.round_id "
    f"AND p.id = {_SQLITE_ID} GROUP BY p.pot_id) b"
)
_BEYOND = (
    "b.chosen NOT BETWEEN r.min_choices AND r.max_choices "
    "OR (r.ballot_type = 'spend' AND b.cost > t.pence) "
    "OR (r.ballot_type = 'points' AND b.given > r.points) "
    "OR (r.ballot_type = 'boost' AND b.boosted > 1)"
)
SQLITE_WITHIN = (
    "EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id AND r.pots_each_voter <> '' AND ("
    f"EXISTS (SELECT 1 FROM {_SQLITE_POTS} LEFT JOIN pot t ON t.id = b.pot_id WHERE {_BEYOND}) "
    f"OR (r.pots_each_voter = 'one' AND (SELECT count(*) FROM {_SQLITE_POTS}) > 1)))"
)
POSTGRESQL_WITHIN = f"""
DECLARE r record; pots int; beyond boolean;
BEGIN
  SELECT * INTO r FROM round WHERE id = NEW.round_id;
  IF r.pots_each_voter = '' OR NEW.choices IS NULL THEN RETURN NEW; END IF;
  SELECT count(*), bool_or({_BEYOND}) INTO pots, beyond FROM (
    SELECT p.pot_id, count(*) AS chosen, sum(p.cost_pence) AS cost, sum(c.given) AS given,
           count(*) FILTER (WHERE c.given <> 1) AS boosted
      FROM (SELECT (CASE jsonb_typeof(e) WHEN 'array' THEN e ->> 0 ELSE e #>> '{{}}' END)::int AS id,
                   CASE jsonb_typeof(e) WHEN 'array' THEN (e ->> 1)::int ELSE 1 END AS given
              FROM jsonb_array_elements(NEW.choices::jsonb) AS e) AS c
      JOIN project p ON p.id = c.id AND p.round_id = NEW.round_id
     GROUP BY p.pot_id) AS b LEFT JOIN pot t ON t.id = b.pot_id;
  IF beyond OR (r.pots_each_voter = 'one' AND pots > 1)
    THEN RAISE EXCEPTION '{WITHIN_POTS}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END"""
#: The guard of all rules (0030) knows one rule more.
LAST = "NEW.separate_contests {differs} OLD.separate_contests"


def upgrade() -> None:
    op.create_table(
        "pot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=100), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 20", name=op.f("ck_pot_at_most_twenty")),
        sa.CheckConstraint("pence > 0", name=op.f("ck_pot_pence_positive")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_pot_name_given")),
        sa.CheckConstraint(
            "locality_id IS NOT NULL OR theme <> ''", name=op.f("ck_pot_for_something")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_pot_locality_id_locality")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_pot_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_pot_round_id_number")),
    )
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    for guard in GUARDS:
        _guard(*guard)
    _change_guards(forward=True)
    if _is_sqlite():
        for event in ("INSERT", "UPDATE"):
            _sqlite("ballot", event, f"{event.lower()}_within_pots", SQLITE_WITHIN, WITHIN_POTS)
        return
    _function("guard_ballot_pots", POSTGRESQL_WITHIN)
    op.execute(
        "CREATE TRIGGER guard_ballot_pots BEFORE INSERT OR UPDATE ON ballot "
        "FOR EACH ROW EXECUTE FUNCTION guard_ballot_pots()"
    )
    op.execute(
        "CREATE TRIGGER pot_is_not_emptied BEFORE TRUNCATE ON pot "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def downgrade() -> None:
    """Go back; rounds whose fund has parts must be gone first."""
    other = op.get_bind().scalar(sa.text("SELECT count(*) FROM round WHERE pots_each_voter <> ''"))
    if other:
        raise RuntimeError(f"{other} rounds have a fund in parts, which the older version does not")
    if _is_sqlite():
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER ballot_{event}_within_pots")
    else:
        op.execute("DROP TRIGGER guard_ballot_pots ON ballot")
        op.execute("DROP FUNCTION guard_ballot_pots()")
    _change_guards(forward=False)
    for table, _event, name, *_rest in GUARDS:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("pot")


def _change_guards(*, forward: bool) -> None:
    """Give guards that stand another text where the parts of a fund concern them."""
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    last = LAST.format(differs=differs)
    rules = (last, f"{last} OR NEW.pots_each_voter {differs} OLD.pots_each_voter")
    if _is_sqlite():
        changes = {"round_keeps_its_rules": rules} | {
            f"ballot_{event}_{name}": texts
            for name, texts in SQLITE_LIMITS.items()
            for event in ("insert", "update")
        }
    else:
        changes = {"guard_round_rules": rules, **POSTGRESQL_LIMITS}
    for name, (old, new) in changes.items():
        _replace(name, *((old, new) if forward else (new, old)))


def _replace(name: str, old: str, new: str) -> None:
    run = op.get_bind().exec_driver_sql
    if _is_sqlite():
        sql = run(f"SELECT sql FROM sqlite_master WHERE name = '{name}'").scalar_one()
        run(f"DROP TRIGGER {name}")
    else:
        sql = run(f"SELECT pg_get_functiondef('{name}'::regproc)").scalar_one()
    if old not in sql:
        raise RuntimeError(f"{name} does not say what this change expects")
    run(sql.replace(old, new))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _when(event: str) -> str:
    return event if event.startswith("AFTER") else f"BEFORE {event}"


def _sqlite(table: str, event: str, name: str, condition: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} {_when(event)} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n{body} $guard$"
    )


def _guard(table: str, event: str, name: str, condition: str, message: str, lock: str) -> None:
    condition = condition.format(differs="IS NOT" if _is_sqlite() else "IS DISTINCT FROM")
    if _is_sqlite():
        _sqlite(table, event, name, condition, message)
        return
    row = "OLD" if event == "DELETE" else "NEW"
    _function(
        f"guard_{table}_{name}",
        f"BEGIN {lock} IF {condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END",
    )
    op.execute(
        f"CREATE TRIGGER guard_{name} {_when(event)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
    )
