"""What a round's rules say of its money and proposals, and the versions that they went through."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STAGES = "preparing proposals screening voting closed declared"
COLUMNS = {
    "has_proposals": "BOOLEAN NOT NULL DEFAULT true",
    "who_may_propose": (
        "VARCHAR(10) NOT NULL DEFAULT 'either' CONSTRAINT ck_round_who_may_propose_known CHECK "
        "(who_may_propose IN ('resident','body','either'))"
    ),
    "money_kind": (
        "VARCHAR(10) NOT NULL DEFAULT 'revenue' CONSTRAINT ck_round_money_kind_known CHECK "
        "(money_kind IN ('revenue','capital'))"
    ),
    "money_source": (
        "VARCHAR(10) NOT NULL DEFAULT 'grants' CONSTRAINT ck_round_money_source_known CHECK "
        "(money_source IN ('grants','mainstream'))"
    ),
    "deliver_by": "DATE",
    "must_hear_pitches": "BOOLEAN NOT NULL DEFAULT false",
}
#: Never changed once a round is public.
KEPT = ("engagement_id", "is_imported", "file_hash")
OLD_RULES = (
    "pot_pence min_award_pence max_award_pence min_choices max_choices min_age who_may_vote rule "
    "tie_order allow_change proposals_open_at proposals_close_at voting_opens_at rules_hash"
).split()
COUNTING_RULES = ("completion", "comparison", "increment_pence", "threshold")
#: Changed until the ballot is settled, each time with a version that gives the reason.
RULES = (*OLD_RULES, *COUNTING_RULES, *COLUMNS)

BACKWARDS = "a round never goes back to an earlier stage and leaves none out at the end"
FROZEN = "the rules of a round are fixed once proposals open"
OLD_COUNTING_FROZEN = "the rules are fixed: people rely on them"
BALLOT_FROZEN = "what stands on the ballot is fixed once voting is open"
ONLY_LATER = "the closing instant moves later only, and only while voting is open"
TOO_EARLY = "voting closes at its closing instant, not before"
KEEP_ROUND = "a round is never deleted once proposals open"
KEEP_VERSION = "a rule_version is never changed or deleted"

NEWEST_VERSION = (
    "EXISTS (SELECT 1 FROM rule_version v WHERE v.round_id = NEW.id "
    "AND v.rules_hash = NEW.rules_hash "
    "AND v.n = (SELECT max(n) FROM rule_version WHERE round_id = NEW.id))"
)
BEFORE_THE_BALLOT = "OLD.stage IN ('proposals', 'screening')"


def upgrade() -> None:
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE round ADD COLUMN {name} {definition}")
    op.create_table(
        "rule_version",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_rule_version_n_from_one")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_rule_version_reason_given")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_rule_version_by_account")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_rule_version_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "n", name=op.f("pk_rule_version")),
    )
    if _is_sqlite():
        for trigger in (
            "keeps_its_rules",
            "keeps_its_counting_rule",
            "closes_later_only",
        ):
            op.execute(f"DROP TRIGGER round_{trigger}")
        _sqlite("round", "UPDATE", "keeps_what_it_is", _sqlite_frozen(KEPT), FROZEN)
        _sqlite(
            "round",
            "UPDATE",
            "keeps_its_rules",
            f"{_sqlite_frozen(RULES)} AND NOT {_may()}",
            FROZEN,
        )
        _sqlite("round", "UPDATE", "closes_later_only", _sqlite_moved(versions=True), ONLY_LATER)
        for event in ("UPDATE", "DELETE"):
            _sqlite("rule_version", event, f"refuses_{event.lower()}", "1", KEEP_VERSION)
        _sqlite(
            "rule_version",
            "INSERT",
            "replaces_none",
            "EXISTS (SELECT 1 FROM rule_version WHERE round_id = NEW.round_id AND n = NEW.n)",
            KEEP_VERSION,
        )
        return
    op.execute("DROP TRIGGER guard_counting_rule ON round")
    op.execute("DROP FUNCTION guard_counting_rule()")
    _function("guard_round", _guard_round("", _postgresql_moved(versions=True)))
    frozen = (
        f"  IF {_postgresql_frozen(KEPT)} OR ({_postgresql_frozen(RULES)} AND NOT {_may()}) "
        f"THEN {_refuse(FROZEN)} END IF;\n  RETURN NEW;"
    )
    _function("guard_round_rules", f"BEGIN\n{frozen}\nEND")
    _trigger("round", "UPDATE", "guard_round_rules")
    _function("keep_rule_version", f"BEGIN {_refuse(KEEP_VERSION)} END")
    _trigger("rule_version", "UPDATE OR DELETE", "keep_rule_version")
    op.execute(
        "CREATE TRIGGER rule_version_is_not_emptied BEFORE TRUNCATE ON rule_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def downgrade() -> None:
    """Go back to rules that never change; rounds that changed theirs keep what they have now."""
    op.drop_table("rule_version")
    if _is_sqlite():
        for trigger in ("keeps_what_it_is", "keeps_its_rules", "closes_later_only"):
            op.execute(f"DROP TRIGGER round_{trigger}")
    else:
        op.execute("DROP FUNCTION keep_rule_version()")
        op.execute("DROP TRIGGER guard_round_rules ON round")
        op.execute("DROP FUNCTION guard_round_rules()")
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE round DROP COLUMN {name}")
    old = (*KEPT, *OLD_RULES)
    if _is_sqlite():
        _sqlite("round", "UPDATE", "keeps_its_rules", _sqlite_frozen(old), FROZEN)
        counting = _sqlite_frozen(COUNTING_RULES)
        _sqlite("round", "UPDATE", "keeps_its_counting_rule", counting, OLD_COUNTING_FROZEN)
        _sqlite("round", "UPDATE", "closes_later_only", _sqlite_moved(versions=False), ONLY_LATER)
        return
    frozen = f"  IF {_postgresql_frozen(old)} THEN {_refuse(FROZEN)} END IF;\n"
    _function("guard_round", _guard_round(frozen, _postgresql_moved(versions=False)))
    counting = _postgresql_frozen(COUNTING_RULES)
    _function(
        "guard_counting_rule",
        f"BEGIN IF {counting} THEN {_refuse(OLD_COUNTING_FROZEN)} END IF; RETURN NEW; END",
    )
    _trigger("round", "UPDATE", "guard_counting_rule")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


def _may() -> str:
    """The rules may be those of the newest version, before the ballot is settled."""
    return f"({BEFORE_THE_BALLOT} AND NEW.stage = OLD.stage AND {NEWEST_VERSION})"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return "(" + " OR ".join(f"NEW.{c} {differs} OLD.{c}" for c in columns) + ")"


def _sqlite_frozen(columns: tuple[str, ...]) -> str:
    return f"OLD.stage <> 'preparing' AND {_changed(columns, 'IS NOT')}"


def _postgresql_frozen(columns: tuple[str, ...]) -> str:
    return f"(OLD.stage <> 'preparing' AND {_changed(columns, 'IS DISTINCT FROM')})"


def _versioned(differs: str) -> str:
    return f"({BEFORE_THE_BALLOT} AND NEW.rules_hash {differs} OLD.rules_hash)"


def _sqlite_moved(*, versions: bool) -> str:
    moved = (
        "OLD.stage <> 'preparing' AND NEW.voting_closes_at <> OLD.voting_closes_at AND NOT "
        "(OLD.stage = 'voting' AND NEW.voting_closes_at > OLD.voting_closes_at "
        "AND strftime('%Y-%m-%d %H:%M:%f', 'now') < substr(OLD.voting_closes_at, 1, 23))"
    )
    return f"{moved} AND NOT {_versioned('IS NOT')}" if versions else moved


def _postgresql_moved(*, versions: bool) -> str:
    moved = (
        "OLD.stage <> 'preparing' AND NEW.voting_closes_at <> OLD.voting_closes_at AND NOT "
        "(OLD.stage = 'voting' AND NEW.voting_closes_at > OLD.voting_closes_at "
        "AND clock_timestamp() < OLD.voting_closes_at)"
    )
    return f"{moved} AND NOT {_versioned('IS DISTINCT FROM')}" if versions else moved


def _guard_round(frozen: str, moved: str) -> str:
    ballot = _changed(("ballot_hash", "key_check"), "IS DISTINCT FROM")
    return f"""
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stage <> 'preparing' THEN {_refuse(KEEP_ROUND)} END IF;
    RETURN OLD;
  END IF;
  IF position(NEW.stage in '{STAGES}') < position(OLD.stage in '{STAGES}')
    OR (NEW.stage = 'closed' AND OLD.stage NOT IN ('voting', 'closed'))
    OR (NEW.stage = 'declared' AND OLD.stage NOT IN ('closed', 'declared'))
    THEN {_refuse(BACKWARDS)} END IF;
{frozen}  IF {moved} THEN {_refuse(ONLY_LATER)} END IF;
  IF OLD.stage IN ('voting', 'closed', 'declared') AND {ballot}
    THEN {_refuse(BALLOT_FROZEN)} END IF;
  IF NEW.stage = 'closed' AND OLD.stage = 'voting' AND NOT NEW.is_imported
    AND clock_timestamp() < NEW.voting_closes_at THEN {_refuse(TOO_EARLY)} END IF;
  RETURN NEW;
END"""


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"{body}\n$guard$"
    )


def _trigger(table: str, events: str, name: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _sqlite(table: str, event: str, name: str, condition: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
