"""One guard over all rules of a round: fixed once it is public, but for the newest version."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FROZEN = "the rules of a round are fixed once proposals open"
#: The guards that stood for some rules each: what SQLite and PostgreSQL call them, and their rules.
APART = (
    ("keeps_its_rules", "guard_round_rules", ()),
    (
        "keeps_its_ballot_type",
        "guard_ballot_type",
        ("ballot_type", "points", "most_points", "boost_worth"),
    ),
    ("keeps_its_channels", "guard_round_keeps_its_channels", ("takes_paper",)),
    ("keeps_its_challenge", "guard_challenge", ("challenge_days",)),
    ("keeps_its_leftover", "guard_round_keeps_its_leftover", ("leftover",)),
    ("keeps_its_ways", "round_keeps_its_ways", ("ways", "connection")),
)
KEPT = ("engagement_id", "is_imported", "file_hash")
BEFORE = (
    "pot_pence min_award_pence max_award_pence min_choices max_choices min_age who_may_vote rule "
    "tie_order allow_change proposals_open_at proposals_close_at voting_opens_at rules_hash "
    "completion comparison increment_pence threshold has_proposals who_may_propose money_kind "
    "money_source deliver_by must_hear_pitches"
).split()
#: Rules that no guard stood for.
UNGUARDED = ("discussion_opens_at", "discussion_closes_at", "reply_days", "separate_contests")
RULES = (*BEFORE, *(rule for _, _, rules in APART for rule in rules), *UNGUARDED)
MAY = (
    "(OLD.stage IN ('proposals', 'screening') AND NEW.stage = OLD.stage AND EXISTS "
    "(SELECT 1 FROM rule_version v WHERE v.round_id = NEW.id AND v.rules_hash = NEW.rules_hash "
    "AND v.n = (SELECT max(n) FROM rule_version WHERE round_id = NEW.id)))"
)


def upgrade() -> None:
    for sqlite, postgresql, _rules in APART:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER round_{sqlite}")
        else:
            op.execute(f"DROP TRIGGER {postgresql} ON round")
            op.execute(f"DROP FUNCTION {postgresql}()")
    _guard("keeps_its_rules", "guard_round_rules", RULES, versions=True)


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER round_keeps_its_rules")
    else:
        op.execute("DROP TRIGGER guard_round_rules ON round")
        op.execute("DROP FUNCTION guard_round_rules()")
    for sqlite, postgresql, rules in APART:
        _guard(sqlite, postgresql, rules or BEFORE, versions=not rules)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(sqlite: str, postgresql: str, rules: tuple[str, ...], *, versions: bool) -> None:
    """Refuse a change of these rules once a round is public; with ``versions`` but for those."""
    but = f" AND NOT {MAY}" if versions else ""
    if _is_sqlite():
        changed = " OR ".join(f"NEW.{rule} IS NOT OLD.{rule}" for rule in rules)
        op.execute(
            f"CREATE TRIGGER round_{sqlite} BEFORE UPDATE ON round "
            f"WHEN OLD.stage <> 'preparing' AND ({changed}){but} "
            f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
        )
        return
    changed = " OR ".join(f"NEW.{rule} IS DISTINCT FROM OLD.{rule}" for rule in rules)
    kept = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
    also = f" OR {kept}" if versions else ""
    op.execute(
        f"CREATE FUNCTION {postgresql}() RETURNS trigger LANGUAGE plpgsql AS $guard$\nBEGIN\n"
        f"  IF OLD.stage <> 'preparing' AND ((({changed}){but}){also}) THEN "
        f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation'; END IF;\n"
        "  RETURN NEW;\nEND $guard$"
    )
    op.execute(
        f"CREATE TRIGGER {postgresql} BEFORE UPDATE ON round "
        f"FOR EACH ROW EXECUTE FUNCTION {postgresql}()"
    )
