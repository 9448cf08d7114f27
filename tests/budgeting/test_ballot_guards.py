"""The database itself refuses what no page of ours would send; each guard is tried without it too.

Raw SQL stands for a script, a bug or an officer with a console.
"""

import json
import secrets
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.models import Ballot, Project, Result, Round, RoundCount, Seal, VoterIdentity
from engage.extensions import db
from tests.makers.approvals import declare
from tests.makers.budgeting import make_project, make_round
from tests.makers.voting import cast, let_voting_end, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def other(session):
    return make_round(session, title="Torry decides")


def ids(round_):
    return [project.id for project in round_.projects]


def compact(choices):
    return json.dumps(choices, separators=(",", ":"))


def put(round_, choices, **columns):
    """Put a ballot into the table as raw SQL would."""
    values = {
        "round_id": round_.id,
        "ballot_key": secrets.token_bytes(32),
        "source": "online",
        "version": 1,
        "submission_id": "raw",
        "choices": choices
        if isinstance(choices, str)
        else json.dumps(choices, separators=(",", ":")),
        "salt": secrets.token_bytes(16),
        "leaf": secrets.token_bytes(32),
        **columns,
    }
    db.session.execute(sa.insert(Ballot.__table__).values(**values))


def refused(statement, guards=()):
    """Say whether the database refuses a statement; whatever it did is taken back.

    ``guards`` are taken away first, for this transaction only.
    """
    db.session.rollback()
    try:
        begin(guards)
        statement() if callable(statement) else db.session.execute(statement)
    except DBAPIError:
        return True
    else:
        return False
    finally:
        db.session.rollback()


def begin(guards):
    connection = db.session.connection()
    if db.engine.dialect.name == "postgresql":
        if guards:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    connection.exec_driver_sql("BEGIN")
    for guard in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {guard}")


def guards_of(table):
    if db.engine.dialect.name == "postgresql":
        return ["all"]
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    return list(db.session.scalars(sa.text(found), {"table": table}))


def is_guarded(table, statement):
    """Refused with the guard, done without it: the guard is what refuses."""
    return refused(statement) and not refused(statement, guards_of(table))


def test_a_ballot_within_the_rules_is_let_in(round_):
    assert not refused(lambda: put(round_, ids(round_)[:2]))


@pytest.mark.parametrize(
    "choose",
    [
        pytest.param(lambda own, others: own, id="too many"),
        pytest.param(lambda own, others: [], id="none"),
        pytest.param(lambda own, others: [own[0], own[0]], id="the same twice"),
        pytest.param(lambda own, others: [own[0], others[0]], id="of another round"),
        pytest.param(lambda own, others: [999_999], id="of no round"),
        pytest.param(lambda own, others: [-own[0]], id="negative"),
        pytest.param(lambda own, others: [own[0] + 0.0], id="a float"),
        pytest.param(lambda own, others: [str(own[0])], id="text"),
        pytest.param(lambda own, others: '{"0":1}', id="no list"),
        pytest.param(lambda own, others: str(own[0]), id="a number and no list"),
    ],
)
def test_choices_outside_the_rules_are_refused(round_, other, choose):
    chosen = choose(ids(round_), ids(other))
    assert is_guarded("ballot", lambda: put(round_, chosen))


def test_rubbish_instead_of_choices_is_refused(round_):
    assert refused(lambda: put(round_, "rubbish"))


def test_a_ballot_is_refused_before_voting_opens(session):
    at = clock.now()
    round_ = make_round(session, voting_opens_at=at + timedelta(minutes=5))
    assert is_guarded("ballot", lambda: put(round_, ids(round_)[:1]))


def test_a_ballot_is_refused_after_voting_closes(round_):
    let_voting_end(round_, ago=timedelta(seconds=13))
    assert is_guarded("ballot", lambda: put(round_, ids(round_)[:1]))


@pytest.mark.parametrize("stage", ["screening", "closed", "declared"])
def test_a_ballot_is_refused_in_any_stage_but_voting(session, stage):
    round_ = make_round(session, stage)
    chosen = ids(round_)[:1] or [1]
    if stage != "screening":
        assert is_guarded("ballot", lambda: put(round_, chosen))
    assert refused(lambda: put(round_, chosen))


@pytest.mark.parametrize(("source", "is_imported"), [("imported", False), ("online", True)])
def test_imported_ballots_and_cast_ones_do_not_mix(session, source, is_imported):
    round_ = make_round(session, is_imported=is_imported)
    assert is_guarded("ballot", lambda: put(round_, ids(round_)[:1], source=source))


def test_a_ballot_is_never_deleted(round_):
    cast(round_, make_voter(round_), round_.projects[:1])
    assert is_guarded("ballot", sa.delete(Ballot))


def test_a_ballot_changes_by_one_version_only(round_):
    cast(round_, make_voter(round_), round_.projects[:1])
    assert is_guarded("ballot", sa.update(Ballot).values(version=3))
    assert is_guarded("ballot", sa.update(Ballot).values(version=1))


def test_a_ballot_does_not_change_where_the_rules_allow_no_change(session):
    round_ = make_round(session, allow_change=False)
    cast(round_, make_voter(round_), round_.projects[:1])
    assert is_guarded("ballot", sa.update(Ballot).values(version=2))


def test_a_sealed_ballot_does_not_change(round_):
    cast(round_, make_voter(round_), round_.projects[:1])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()
    assert is_guarded("ballot", sa.update(Ballot).values(version=2))
    assert is_guarded("seal", sa.update(Seal).values(ballots=0))
    assert is_guarded("seal", sa.delete(Seal))


def test_the_same_key_has_one_ballot(round_):
    key = secrets.token_bytes(32)

    def twice():
        put(round_, ids(round_)[:1], ballot_key=key)
        put(round_, ids(round_)[:1], ballot_key=key)

    assert refused(twice)


@pytest.mark.parametrize(
    "change",
    [
        {"pot_pence": 900_000},
        {"max_choices": 3},
        {"min_age": 8},
        {"allow_change": False},
        {"who_may_vote": "Friends"},
        {"voting_opens_at": clock.now() + timedelta(days=16)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_rules_of_a_round_are_fixed_once_proposals_open(session, change):
    round_ = make_round(session, "proposals")
    assert is_guarded("round", sa.update(Round).where(Round.id == round_.id).values(**change))


def test_rules_can_change_while_a_round_is_prepared(session):
    round_ = make_round(session, "preparing")
    assert not refused(sa.update(Round).where(Round.id == round_.id).values(pot_pence=900_000))


@pytest.mark.parametrize("column", ["ballot_hash", "key_check"])
def test_what_a_vote_depends_on_is_fixed_once_voting_is_open(round_, column):
    value = b"x" * 32 if column == "key_check" else "x" * 64
    assert is_guarded("round", sa.update(Round).values({column: value}))


def test_voting_does_not_close_earlier(round_):
    closes = round_.voting_closes_at
    hour = timedelta(hours=1)
    assert is_guarded("round", sa.update(Round).values(voting_closes_at=closes - hour))


def test_voting_is_not_prolonged_once_it_is_over(round_):
    let_voting_end(round_, ago=timedelta(seconds=1))
    later = clock.now() + timedelta(hours=1)
    assert is_guarded("round", sa.update(Round).values(voting_closes_at=later))


def test_voting_does_not_close_before_its_time(round_):
    assert is_guarded("round", sa.update(Round).values(stage="closed"))


@pytest.mark.parametrize("stage", ["preparing", "proposals", "voting"])
def test_a_closed_round_is_not_opened_again(session, stage):
    make_round(session, "closed")
    assert is_guarded("round", sa.update(Round).values(stage=stage))


def test_a_round_with_proposals_is_not_deleted(session):
    make_round(session, "proposals")
    assert is_guarded("round", sa.delete(Round))


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Project).values(cost_pence=1),
        sa.update(Project).values(title="Another"),
        sa.delete(Project),
    ],
    ids=["cost", "title", "taken off"],
)
def test_the_ballot_paper_is_fixed_once_voting_is_open(round_, statement):
    assert is_guarded("project", statement)


def test_no_project_comes_on_to_an_open_ballot_paper(session, round_):
    assert is_guarded("project", lambda: make_project(session, round_, "Late idea"))


def test_an_identity_is_kept_while_voting_is_open(round_):
    voter = make_voter(round_)
    db.session.add(VoterIdentity(round_id=round_.id, identity_key=b"i" * 32, voter_uid=voter.uid))
    db.session.commit()
    assert is_guarded("voter_identity", sa.delete(VoterIdentity))
    another = sa.update(VoterIdentity).values(identity_key=b"j" * 32)
    assert is_guarded("voter_identity", another)


def test_a_count_and_a_result_are_never_changed(round_, carys):
    cast(round_, make_voter(round_), round_.projects[:1])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=None)
    declare(round_, carys)
    assert is_guarded("round_count", sa.update(RoundCount).values(outcome="{}"))
    assert is_guarded("result", sa.delete(Result))
    assert is_guarded("result", sa.update(Result).values(declared_by=None, declared_at=clock.now()))
