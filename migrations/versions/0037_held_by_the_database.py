"""What only the application held until now, and what nothing held: votes, counts and papers."""

from alembic import op

revision = "0037"
down_revision = "0036"
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

NO_STAGE_LEFT_OUT = "a round leaves out no stage but that of proposals, where it takes none"
STEPS = (
    "(OLD.stage = 'preparing' AND NEW.stage = 'proposals')",
    "(OLD.stage = 'preparing' AND NEW.stage = 'screening' AND NOT NEW.has_proposals)",
    "(OLD.stage = 'preparing' AND NEW.stage = 'voting' AND NEW.is_imported)",
    "(OLD.stage = 'proposals' AND NEW.stage = 'screening')",
    "(OLD.stage = 'screening' AND NEW.stage = 'voting')",
    "(OLD.stage = 'voting' AND NEW.stage = 'closed')",
    "(OLD.stage = 'closed' AND NEW.stage = 'declared')",
)
COUNTED_WHEN_CLOSED = "votes are counted after the close and before the result"
CHECKED_COSTS = "an accepted proposal costs what its newest check found"
COST_CHANGES = "NEW.cost_pence @ OLD.cost_pence OR NEW.checked_cost_pence @ OLD.checked_cost_pence"
CHECKED_COST = (
    "EXISTS (SELECT 1 FROM proposal_check c WHERE c.proposal_id = NEW.id "
    "AND c.decision = 'accept' AND c.cost_pence = NEW.cost_pence "
    "AND coalesce(c.checked_cost_pence, 0) = coalesce(NEW.checked_cost_pence, 0) "
    "AND c.number = (SELECT max(n.number) FROM proposal_check n WHERE n.proposal_id = NEW.id))"
)
SETTLED_COSTS = "what stands on the ballot is fixed once voting is open"
BALLOT_COSTS = "the ballot is settled with accepted proposals, at the costs that were checked"

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
    (
        "round",
        "UPDATE",
        "leaves_out_no_stage",
        f"NEW.stage <> OLD.stage AND NOT ({' OR '.join(STEPS)})",
        NO_STAGE_LEFT_OUT,
    ),
    (
        "round_count",
        "INSERT",
        "comes_after_the_close",
        "NOT EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id AND r.stage = 'closed')",
        COUNTED_WHEN_CLOSED,
    ),
    (
        "proposal",
        "UPDATE",
        "costs_what_was_checked",
        "NEW.stage = 'accepted' AND ((OLD.stage = 'accepted' "
        "AND NEW.smallest_pence @ OLD.smallest_pence) "
        f"OR (({COST_CHANGES} OR NEW.stage <> OLD.stage) AND NOT {CHECKED_COST}))",
        CHECKED_COSTS,
    ),
    (
        "proposal",
        "UPDATE",
        "stays_on_the_ballot",
        f"OLD.stage = 'accepted' AND ({COST_CHANGES} OR NEW.smallest_pence @ OLD.smallest_pence "
        "OR NEW.stage <> OLD.stage OR NEW.round_id <> OLD.round_id) AND EXISTS (SELECT 1 FROM round r "
        "WHERE r.id = OLD.round_id AND r.stage IN ('voting', 'closed', 'declared'))",
        SETTLED_COSTS,
    ),
    (
        "round",
        "UPDATE",
        "is_settled_at_checked_costs",
        "NEW.stage = 'voting' AND OLD.stage <> 'voting' AND EXISTS (SELECT 1 FROM project p "
        "JOIN proposal q ON q.id = p.proposal_id WHERE p.round_id = NEW.id "
        "AND (q.stage <> 'accepted' OR p.cost_pence <> coalesce(q.checked_cost_pence, q.cost_pence)))",
        BALLOT_COSTS,
    ),
)
#: A guard whose condition each database asks in words of its own: an award for a project that
#: neither won nor comes next, after an award that ended early.
FUNDED = {
    "sqlite": (
        "SELECT 1 FROM result s JOIN round_count c ON c.id = s.count_id, "
        "json_each(c.outcome, '$.fates') f WHERE s.round_id = NEW.round_id "
        "AND json_extract(f.value, '$.project') = CAST(NEW.project_id AS TEXT) "
        "AND json_extract(f.value, '$.funded')"
    ),
    "postgresql": (
        "SELECT 1 FROM result s JOIN round_count c ON c.id = s.count_id, "
        "jsonb_array_elements(c.outcome::jsonb -> 'fates') f WHERE s.round_id = NEW.round_id "
        "AND f ->> 'project' = CAST(NEW.project_id AS TEXT) AND (f ->> 'funded')::boolean"
    ),
}
COMES_NEXT = (
    "SELECT 1 FROM award a WHERE a.id = NEW.instead_of_id AND a.round_id = NEW.round_id "
    "AND a.stage IN ('declined', 'withdrawn', 'failed')"
)
WINNERS_ONLY = "an award is for a project that the result funds, or that comes next after one"
#: What lets a rule change after publication: a newer version. It lacked that the version is new.
SAME_STAGE = "AND NEW.stage = OLD.stage AND EXISTS"
NEW_VERSION = {
    "sqlite": "AND NEW.stage = OLD.stage AND NEW.rules_hash IS NOT OLD.rules_hash AND EXISTS",
    "postgresql": (
        "AND NEW.stage = OLD.stage AND NEW.rules_hash IS DISTINCT FROM OLD.rules_hash AND EXISTS"
    ),
}
#: What SQLite's REPLACE would put others in the place of, by what must not be there twice. A
#: connection of ours asks the guards of deletion then as well (extensions), another program's not.
REPLACED = {
    "audit_event": ("seq", "hash"),
    "ballot": ("round_id ballot_key", "round_id leaf"),
    "budget_base": ("year_start edition",),
    "code_batch": ("id", "fingerprint"),
    "criterion": ("id", "round_id position"),
    "listed_voter": ("round_id facts_key", "round_id first_key"),
    "paper_batch": ("id", "round_id station"),
    "paper_entry": ("batch_id seq pass_no",),
    "pitch": ("round_id place", "project_id"),
    "project": ("id", "round_id number", "round_id lot", "proposal_id"),
    "proposal": ("id", "public_id", "reference_hash"),
    "round": ("id", "engagement_id", "file_hash"),
    "voter_identity": ("round_id identity_key",),
    "voter_list": ("round_id",),
}
REPLACES_NONE = "nothing that stands is replaced"
#: PostgreSQL asks for a list by its pattern of choices; on SQLite a number alone passed for one.
A_LIST = "CASE WHEN json_valid(NEW.choices) THEN json_type(NEW.choices) <> 'array' ELSE 1 END"
BAD_CHOICES = "a ballot holds as many different projects of its round as the rules allow"
ON_SQLITE = (
    *(
        (
            table,
            "INSERT",
            "replaces_none",
            " OR ".join(
                f"EXISTS (SELECT 1 FROM {table} t WHERE "
                + " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
                + ")"
                for key in keys
            ),
            REPLACES_NONE,
        )
        for table, keys in REPLACED.items()
    ),
    *(
        (
            "ballot",
            event,
            f"{event.lower()}_holds_a_list",
            f"NEW.choices IS NOT NULL AND {A_LIST}",
            BAD_CHOICES,
        )
        for event in ("INSERT", "UPDATE")
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
    for guard in GUARDS + (ON_SQLITE if _on_sqlite() else ()):
        _guard(*guard)
    winner = f"NOT EXISTS ({FUNDED[_dialect()]}) AND NOT EXISTS ({COMES_NEXT})"
    _guard("award", "INSERT", "is_for_a_winner", winner, WINNERS_ONLY)
    _amend("round", "keeps_its_rules", SAME_STAGE, NEW_VERSION[_dialect()])


def downgrade() -> None:
    _amend("round", "keeps_its_rules", NEW_VERSION[_dialect()], SAME_STAGE)
    _take_away("award", "is_for_a_winner")
    for table, _event, name, _condition, _words in GUARDS + (ON_SQLITE if _on_sqlite() else ()):
        _take_away(table, name)
    for column in ("accepted_by", "needs_two"):
        op.execute(f"ALTER TABLE paper_batch DROP COLUMN {column}")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _on_sqlite() -> bool:
    return _dialect() == "sqlite"


def _amend(table: str, name: str, old: str, new: str) -> None:
    """Change a part of a guard's condition, whatever else stands in it."""
    run = op.get_bind().exec_driver_sql
    if _on_sqlite():
        name = f"{table}_{name}"
        sql = run(f"SELECT sql FROM sqlite_master WHERE name = '{name}'").scalar_one()
        run(f"DROP TRIGGER {name}")
    else:
        sql = run("SELECT pg_get_functiondef('guard_round_rules()'::regprocedure)").scalar_one()
    if sql.count(old) != 1:
        raise RuntimeError(f"the guard {name} of {table} does not say what it should")
    run(sql.replace(old, new))


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
