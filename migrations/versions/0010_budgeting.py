"""Rounds, voters, ballots, counts; and what the database itself refuses of them."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


#: The order that a round's stages have; a round never goes back.
STAGES = "preparing proposals screening voting closed declared"

#: What nobody changes once a round has left the stage of preparing. The closing instant is apart:
#: it may move later while voting is open.
RULES = (
    "engagement_id pot_pence min_award_pence max_award_pence min_choices max_choices min_age "
    "who_may_vote rule tie_order allow_change proposals_open_at proposals_close_at "
    "voting_opens_at is_imported file_hash rules_hash"
).split()

#: What is fixed once voting is open.
BALLOT_RULES = ("ballot_hash", "key_check")

#: Tables whose rows are never changed and never deleted, with the columns of their key.
KEPT = {"seal": "round_id n", "round_count": "id", "result": "round_id"}

#: A vote that began in time may wait for SQLite's lock (10 s at most) before it is written.
SQLITE_GRACE = "-12 seconds"

NOT_OPEN = "voting is not open in this round"
NOT_NOW = "votes are taken between the opening and the closing instant only"
WRONG_SOURCE = "votes from a file belong in an imported round, and nothing else does"
NO_CHANGE = "a vote may not be changed in this way"
BAD_CHOICES = "a ballot holds as many different projects of its round as the rules allow"
NO_DELETE = "a ballot is never deleted"
BACKWARDS = "a round never goes back to an earlier stage and leaves none out at the end"
FROZEN = "the rules of a round are fixed once proposals open"
BALLOT_FROZEN = "what stands on the ballot is fixed once voting is open"
ONLY_LATER = "the closing instant moves later only, and only while voting is open"
TOO_EARLY = "voting closes at its closing instant, not before"
KEEP_ROUND = "a round is never deleted once proposals open"
KEEP_IDENTITY = "an identity is kept as it is until voting has closed"


def _postgresql_refusals() -> None:
    """Guards as functions and triggers; a refusal counts as a broken constraint (23514)."""
    for name, body in POSTGRESQL_GUARDS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n{body}\n$guard$"
        )
    for table, events, guard in POSTGRESQL_TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {guard} BEFORE {events} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
    for table in ("ballot", "round", "project", "voter_identity", *KEPT):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )
    op.execute(IN_KEY_ORDER)


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


def _changed(columns: Iterable[str], differs: str) -> str:
    return "(" + " OR ".join(f"NEW.{c} {differs} OLD.{c}" for c in columns) + ")"


POSTGRESQL_GUARDS = {
    "guard_ballot": f"""
DECLARE r record; chosen int; known int;
BEGIN
  IF TG_OP = 'DELETE' THEN {_refuse(NO_DELETE)} END IF;
  SELECT * INTO r FROM round WHERE id = NEW.round_id;
  IF r.stage IS DISTINCT FROM 'voting' THEN {_refuse(NOT_OPEN)} END IF;
  IF (NEW.source = 'imported') <> r.is_imported THEN {_refuse(WRONG_SOURCE)} END IF;
  IF NOT r.is_imported AND (transaction_timestamp() < r.voting_opens_at
      OR transaction_timestamp() >= r.voting_closes_at) THEN {_refuse(NOT_NOW)} END IF;
  IF TG_OP = 'INSERT' AND NEW.version <> 1 THEN {_refuse(NO_CHANGE)} END IF;
  IF TG_OP = 'UPDATE' AND (NOT r.allow_change OR r.is_imported
      OR NEW.round_id <> OLD.round_id OR NEW.ballot_key <> OLD.ballot_key
      OR NEW.version <> OLD.version + 1) THEN {_refuse(NO_CHANGE)} END IF;
  IF NEW.choices !~ '^\\[[1-9][0-9]{{0,8}}(,[1-9][0-9]{{0,8}})*\\]$' THEN {_refuse(BAD_CHOICES)} END IF;
  SELECT count(*), count(DISTINCT p.id) INTO chosen, known
    FROM jsonb_array_elements_text(NEW.choices::jsonb) AS c(id)
    LEFT JOIN project p ON p.id = c.id::int AND p.round_id = NEW.round_id;
  IF chosen <> known OR chosen < r.min_choices OR chosen > r.max_choices
    THEN {_refuse(BAD_CHOICES)} END IF;
  RETURN NEW;
END""",
    "guard_round": f"""
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stage <> 'preparing' THEN {_refuse(KEEP_ROUND)} END IF;
    RETURN OLD;
  END IF;
  IF position(NEW.stage in '{STAGES}') < position(OLD.stage in '{STAGES}')
    OR (NEW.stage = 'closed' AND OLD.stage NOT IN ('voting', 'closed'))
    OR (NEW.stage = 'declared' AND OLD.stage NOT IN ('closed', 'declared'))
    THEN {_refuse(BACKWARDS)} END IF;
  IF OLD.stage <> 'preparing' AND {_changed(RULES, "IS DISTINCT FROM")}
    THEN {_refuse(FROZEN)} END IF;
  IF OLD.stage <> 'preparing' AND NEW.voting_closes_at <> OLD.voting_closes_at
    AND NOT (OLD.stage = 'voting' AND NEW.voting_closes_at > OLD.voting_closes_at
             AND clock_timestamp() < OLD.voting_closes_at)
    THEN {_refuse(ONLY_LATER)} END IF;
  IF OLD.stage IN ('voting', 'closed', 'declared') AND {_changed(BALLOT_RULES, "IS DISTINCT FROM")}
    THEN {_refuse(BALLOT_FROZEN)} END IF;
  IF NEW.stage = 'closed' AND OLD.stage = 'voting' AND NOT NEW.is_imported
    AND clock_timestamp() < NEW.voting_closes_at THEN {_refuse(TOO_EARLY)} END IF;
  RETURN NEW;
END""",
    "guard_project": f"""
BEGIN
  IF (TG_OP <> 'INSERT' AND EXISTS (SELECT FROM round WHERE id = OLD.round_id
        AND stage IN ('voting', 'closed', 'declared')))
    OR (TG_OP <> 'DELETE' AND EXISTS (SELECT FROM round WHERE id = NEW.round_id
        AND stage IN ('voting', 'closed', 'declared')))
    THEN {_refuse(BALLOT_FROZEN)} END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END""",
    "guard_identity": f"""
BEGIN
  IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM round WHERE id = OLD.round_id
      AND stage NOT IN ('closed', 'declared')) THEN {_refuse(KEEP_IDENTITY)} END IF;
  RETURN OLD;
END""",
    "refuse_emptying": f"BEGIN {_refuse('this table is never emptied')} END",
    **{
        f"keep_{table}": f"BEGIN {_refuse(f'a {table} is never changed or deleted')} END"
        for table in KEPT
    },
}
POSTGRESQL_TRIGGERS = (
    ("ballot", "INSERT OR UPDATE OR DELETE", "guard_ballot"),
    ("round", "UPDATE OR DELETE", "guard_round"),
    ("project", "INSERT OR UPDATE OR DELETE", "guard_project"),
    ("voter_identity", "UPDATE OR DELETE", "guard_identity"),
    *((table, "UPDATE OR DELETE", f"keep_{table}") for table in KEPT),
)

#: Writes the ballots anew in the order of their keys, so that neither their place in the table nor
#: the number of the transaction that wrote them tells who voted when. They stay the same ballots.
IN_KEY_ORDER = """
CREATE FUNCTION put_ballots_in_order() RETURNS void LANGUAGE plpgsql AS $order$
BEGIN
  LOCK TABLE ballot IN ACCESS EXCLUSIVE MODE;
  CREATE TEMPORARY TABLE ballot_kept ON COMMIT DROP AS TABLE ballot;
  ALTER TABLE ballot DISABLE TRIGGER USER;
  TRUNCATE ballot;
  INSERT INTO ballot SELECT * FROM ballot_kept ORDER BY round_id, ballot_key;
  ALTER TABLE ballot ENABLE TRIGGER USER;
  DROP TABLE ballot_kept;
END $order$
"""


def _sqlite_refusals() -> None:
    for table, event, name, condition, message in SQLITE_TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _now(shift: str = "") -> str:
    """The present instant as SQLite stores instants, to the millisecond."""
    return "strftime('%Y-%m-%d %H:%M:%f', 'now'" + (f", '{shift}')" if shift else ")")


def _round(condition: str, row: str = "NEW") -> str:
    return f"EXISTS (SELECT 1 FROM round r WHERE r.id = {row}.round_id AND {condition})"


_CHOSEN = "(SELECT count(*) FROM json_each(NEW.choices))"
_KNOWN = (
    "(SELECT count(DISTINCT p.id) FROM json_each(NEW.choices) c JOIN project p "
    "ON p.id = c.value AND c.type = 'integer' AND p.round_id = NEW.round_id)"
)
_FIXED = "r.stage IN ('voting', 'closed', 'declared')"
_BALLOT_CHECKS = (
    ("only_while_open", f"NOT {_round(chr(39) + 'voting' + chr(39) + ' = r.stage')}", NOT_OPEN),
    (
        "from_its_source",
        _round("(NEW.source = 'imported') <> r.is_imported"),
        WRONG_SOURCE,
    ),
    (
        "in_time",
        _round(
            f"NOT r.is_imported AND (substr(r.voting_opens_at, 1, 23) > {_now()} "
            f"OR substr(r.voting_closes_at, 1, 23) <= {_now(SQLITE_GRACE)})"
        ),
        NOT_NOW,
    ),
    (
        "within_limits",
        f"NOT json_valid(NEW.choices) OR NEW.choices GLOB '*[^][0-9,]*' OR {_CHOSEN} <> {_KNOWN} "
        f"OR {_round(f'{_CHOSEN} NOT BETWEEN r.min_choices AND r.max_choices')}",
        BAD_CHOICES,
    ),
)
SQLITE_TRIGGERS = (
    *(
        ("ballot", event, f"{event.lower()}_{name}", condition, message)
        for event in ("INSERT", "UPDATE")
        for name, condition, message in _BALLOT_CHECKS
    ),
    ("ballot", "INSERT", "starts_at_one", "NEW.version <> 1", NO_CHANGE),
    (
        "ballot",
        "UPDATE",
        "changes_by_the_rules",
        f"{_round('r.is_imported OR NOT r.allow_change')} OR NEW.round_id <> OLD.round_id "
        "OR NEW.ballot_key <> OLD.ballot_key OR NEW.version <> OLD.version + 1",
        NO_CHANGE,
    ),
    ("ballot", "DELETE", "is_kept", "1", NO_DELETE),
    (
        "round",
        "UPDATE",
        "goes_forward",
        f"instr('{STAGES}', NEW.stage) < instr('{STAGES}', OLD.stage) "
        "OR (NEW.stage = 'closed' AND OLD.stage NOT IN ('voting', 'closed')) "
        "OR (NEW.stage = 'declared' AND OLD.stage NOT IN ('closed', 'declared'))",
        BACKWARDS,
    ),
    (
        "round",
        "UPDATE",
        "keeps_its_rules",
        f"OLD.stage <> 'preparing' AND {_changed(RULES, 'IS NOT')}",
        FROZEN,
    ),
    (
        "round",
        "UPDATE",
        "closes_later_only",
        "OLD.stage <> 'preparing' AND NEW.voting_closes_at <> OLD.voting_closes_at AND NOT "
        "(OLD.stage = 'voting' AND NEW.voting_closes_at > OLD.voting_closes_at "
        f"AND {_now()} < substr(OLD.voting_closes_at, 1, 23))",
        ONLY_LATER,
    ),
    (
        "round",
        "UPDATE",
        "keeps_its_ballot",
        f"OLD.stage IN ('voting', 'closed', 'declared') AND {_changed(BALLOT_RULES, 'IS NOT')}",
        BALLOT_FROZEN,
    ),
    (
        "round",
        "UPDATE",
        "closes_in_time",
        "NEW.stage = 'closed' AND OLD.stage = 'voting' AND NOT NEW.is_imported "
        f"AND {_now()} < substr(NEW.voting_closes_at, 1, 23)",
        TOO_EARLY,
    ),
    ("round", "DELETE", "is_kept", "OLD.stage <> 'preparing'", KEEP_ROUND),
    ("project", "INSERT", "comes_in_time", _round(_FIXED), BALLOT_FROZEN),
    (
        "project",
        "UPDATE",
        "stays_the_same",
        f"{_round(_FIXED)} OR {_round(_FIXED, 'OLD')}",
        BALLOT_FROZEN,
    ),
    ("project", "DELETE", "stays", _round(_FIXED, "OLD"), BALLOT_FROZEN),
    ("voter_identity", "UPDATE", "is_kept", "1", KEEP_IDENTITY),
    (
        "voter_identity",
        "DELETE",
        "stays",
        _round("r.stage NOT IN ('closed', 'declared')", "OLD"),
        KEEP_IDENTITY,
    ),
    *(
        (table, event, f"refuses_{event.lower()}", "1", f"a {table} is never changed or deleted")
        for table in KEPT
        for event in ("UPDATE", "DELETE")
    ),
    *(
        (
            table,
            "INSERT",
            "replaces_none",
            f"EXISTS (SELECT 1 FROM {table} WHERE "
            + " AND ".join(f"{c} = NEW.{c}" for c in key.split())
            + ")",
            f"a {table} is never changed or deleted",
        )
        for table, key in KEPT.items()
    ),
)


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("pot_pence", sa.BigInteger(), nullable=False),
        sa.Column("min_award_pence", sa.BigInteger(), nullable=False),
        sa.Column("max_award_pence", sa.BigInteger(), nullable=False),
        sa.Column("min_choices", sa.Integer(), nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("who_may_vote", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("tie_order", sa.String(length=40), nullable=False),
        sa.Column("allow_change", sa.Boolean(), nullable=False),
        sa.Column(
            "proposals_open_at", engage.extensions.UTCDateTime(timezone=True), nullable=False
        ),
        sa.Column(
            "proposals_close_at", engage.extensions.UTCDateTime(timezone=True), nullable=False
        ),
        sa.Column("voting_opens_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("voting_closes_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("rules_hash", sa.String(length=64), nullable=True),
        sa.Column("ballot_hash", sa.String(length=64), nullable=True),
        sa.Column("key_check", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rule IN ('greedy')", name=op.f("ck_round_rule_known")),
        sa.CheckConstraint(
            "stage IN ('preparing','proposals','screening','voting','closed','declared')",
            name=op.f("ck_round_stage_known"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('voting','closed','declared') OR (ballot_hash IS NOT NULL AND key_check IS NOT NULL)",
            name=op.f("ck_round_voting_is_keyed"),
        ),
        sa.CheckConstraint("max_award_pence <= pot_pence", name=op.f("ck_round_award_within_pot")),
        sa.CheckConstraint(
            "max_award_pence >= min_award_pence", name=op.f("ck_round_awards_in_order")
        ),
        sa.CheckConstraint("max_choices >= min_choices", name=op.f("ck_round_choices_in_order")),
        sa.CheckConstraint("min_age BETWEEN 0 AND 18", name=op.f("ck_round_age_sensible")),
        sa.CheckConstraint("min_award_pence >= 0", name=op.f("ck_round_min_award_not_negative")),
        sa.CheckConstraint("min_choices >= 1", name=op.f("ck_round_at_least_one_choice")),
        sa.CheckConstraint("pot_pence > 0", name=op.f("ck_round_pot_positive")),
        sa.CheckConstraint(
            "proposals_close_at > proposals_open_at", name=op.f("ck_round_proposals_in_order")
        ),
        sa.CheckConstraint(
            "voting_closes_at > voting_opens_at", name=op.f("ck_round_voting_in_order")
        ),
        sa.CheckConstraint(
            "voting_opens_at >= proposals_close_at", name=op.f("ck_round_voting_after_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_round_engagement_id_engagement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_round_engagement_id")),
        sa.UniqueConstraint("file_hash", name=op.f("uq_round_file_hash")),
    )
    op.create_index(op.f("ix_round_stage"), "round", ["stage"], unique=False)
    op.create_table(
        "ballot",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("ballot_key", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "source IN ('online','paper','desk','assisted','imported')",
            name=op.f("ck_ballot_source_known"),
        ),
        sa.CheckConstraint("length(ballot_key) = 32", name=op.f("ck_ballot_ballot_key_size")),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_ballot_leaf_size")),
        sa.CheckConstraint("length(salt) = 16", name=op.f("ck_ballot_salt_size")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_ballot_version_from_one")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ballot_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "ballot_key", name=op.f("pk_ballot")),
        sa.UniqueConstraint("round_id", "leaf", name=op.f("uq_ballot_round_id_leaf")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("checked_cost_pence", sa.BigInteger(), nullable=True),
        sa.Column("cost_reason", sa.Text(), nullable=True),
        sa.Column("submitted_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("screened_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "checked_cost_pence IS NULL OR (cost_reason IS NOT NULL AND cost_reason <> '')",
            name=op.f("ck_proposal_cost_reason_given"),
        ),
        sa.CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')",
            name=op.f("ck_proposal_place_known"),
        ),
        sa.CheckConstraint(
            "checked_cost_pence > 0", name=op.f("ck_proposal_checked_cost_positive")
        ),
        sa.CheckConstraint(
            "stage <> 'left_out' OR (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_proposal_reason_given"),
        ),
        sa.CheckConstraint(
            "stage IN ('submitted','accepted','left_out')", name=op.f("ck_proposal_stage_known")
        ),
        sa.CheckConstraint("cost_pence > 0", name=op.f("ck_proposal_cost_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_proposal_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_proposal_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_proposal_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_public_id")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_proposal_reference_hash")),
    )
    op.create_index(op.f("ix_proposal_round_id"), "proposal", ["round_id"], unique=False)
    op.create_index(op.f("ix_proposal_stage"), "proposal", ["stage"], unique=False)
    op.create_table(
        "round_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seal_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_count_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_count")),
    )
    op.create_index(op.f("ix_round_count_round_id"), "round_count", ["round_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_seal_n_from_one")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_seal_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "n", name=op.f("pk_seal")),
        sa.UniqueConstraint("hash", name=op.f("uq_seal_hash")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voter",
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')",
            name=op.f("ck_voter_place_known"),
        ),
        sa.CheckConstraint(
            "status IN ('eligible','excluded','withdrawn')", name=op.f("ck_voter_status_known")
        ),
        sa.CheckConstraint("length(uid) = 16", name=op.f("ck_voter_uid_size")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voter_round_id_round")),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_voter_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_voter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voter_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("identity_key", sa.LargeBinary(), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "length(identity_key) = 32", name=op.f("ck_voter_link_identity_key_size")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voter_link_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_voter_link_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_voter_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cost_pence > 0", name=op.f("ck_project_cost_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_project_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_project_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_project_proposal_id")),
        sa.UniqueConstraint("round_id", "lot", name=op.f("uq_project_round_id_lot")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_project_round_id_number")),
    )
    op.create_table(
        "result",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["count_id"], ["round_count.id"], name=op.f("fk_result_count_id_round_count")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["account.id"], name=op.f("fk_result_declared_by_account")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_result_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_result")),
        sa.UniqueConstraint("count_id", name=op.f("uq_result_count_id")),
    )
    op.create_table(
        "voter_code",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.String(length=5), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("voter_uid", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("status IN ('issued','void')", name=op.f("ck_voter_code_status_known")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voter_code_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["voter_uid"], ["voter.uid"], name=op.f("fk_voter_code_voter_uid_voter")
        ),
        sa.PrimaryKeyConstraint("round_id", "locator", name=op.f("pk_voter_code")),
        sa.UniqueConstraint("voter_uid", name=op.f("uq_voter_code_voter_uid")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voter_identity",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("identity_key", sa.LargeBinary(), nullable=False),
        sa.Column("voter_uid", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(identity_key) = 32", name=op.f("ck_voter_identity_identity_key_size")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voter_identity_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["voter_uid"], ["voter.uid"], name=op.f("fk_voter_identity_voter_uid_voter")
        ),
        sa.PrimaryKeyConstraint("round_id", "identity_key", name=op.f("pk_voter_identity")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voting_pass",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("voter_uid", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_voting_pass_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["voter_uid"], ["voter.uid"], name=op.f("fk_voting_pass_voter_uid_voter")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_voting_pass")),
        sqlite_with_rowid=False,
    )

    if op.get_bind().dialect.name == "postgresql":
        _postgresql_refusals()
    else:
        _sqlite_refusals()


def downgrade() -> None:
    op.drop_table("voting_pass")
    op.drop_table("voter_identity")
    op.drop_table("voter_code")
    op.drop_table("result")
    op.drop_table("project")
    op.drop_table("voter_link")
    op.drop_table("voter")
    op.drop_table("seal")
    op.drop_index(op.f("ix_round_count_round_id"), table_name="round_count")
    op.drop_table("round_count")
    op.drop_index(op.f("ix_proposal_stage"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_round_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("ballot")
    op.drop_index(op.f("ix_round_stage"), table_name="round")
    op.drop_table("round")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("put_ballots_in_order", *POSTGRESQL_GUARDS):
            op.execute(f"DROP FUNCTION {name}()")
