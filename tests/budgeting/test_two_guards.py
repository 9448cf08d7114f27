"""What the database itself refuses of acts that need two people; each guard is tried without it."""

import json
import secrets
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.counting import count_round
from engage.budgeting.models import (
    Approval,
    Ballot,
    Result,
    Round,
    RoundCount,
    RoundScrutineer,
    VoteRemoval,
    VoterReview,
)
from engage.extensions import db
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.approvals import list_by_hand, prolong, second_officer, strike_out
from tests.makers.budgeting import make_round
from tests.makers.voting import guards_aside, let_it_close, some_votes

pytestmark = pytest.mark.requirement("R76")
HOUR = timedelta(hours=1)


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def voters(round_):
    """Three people who voted."""
    return some_votes(round_)


@pytest.fixture
def closed(round_, voters):
    return let_it_close(round_)


def request(round_, carys, what="remove", outcome="waiting", **columns):
    """Put a request into the table, decided as raw SQL would decide it."""
    olive = second_officer()
    approval = Approval(
        round_id=round_.id,
        what=what,
        details=json.dumps({"before": clock.now().isoformat()} if what == "extend" else {}),
        details_hash="0" * 64,
        reason="Because",
        requested_by=carys.id,
        requested_at=clock.now(),
        **{"object": f"{what}:{secrets.token_hex(4)}", **columns},
    )
    db.session.add(approval)
    db.session.commit()
    if outcome != "waiting":
        approval.outcome, approval.decided_by = outcome, olive.id
        approval.decided_at = clock.now()
        db.session.commit()
    return approval


def insert(model, **values):
    return sa.insert(model.__table__).values(**values)


# Requests ----------------------------------------------------------------------------------------


def test_nobody_agrees_with_themselves(round_, carys):
    request(round_, carys)
    own = {"decided_by": carys.id, "decided_at": clock.now(), "outcome": "agreed"}
    assert refused(sa.update(Approval).values(**own))
    own["decided_by"] = second_officer().id
    assert not refused(sa.update(Approval).values(**own))


def test_a_request_is_not_made_decided(round_, carys):
    row = {
        "round_id": round_.id, "what": "remove", "object": "votes", "details": "{}",
        "details_hash": "0" * 64, "reason": "Because", "requested_by": carys.id,
        "requested_at": clock.now(), "decided_by": second_officer().id,
        "decided_at": clock.now(), "outcome": "agreed",
    }  # fmt: skip
    assert is_guarded("approval", insert(Approval, **row))


@pytest.mark.parametrize("outcome", ["agreed", "turned_down"])
def test_a_decided_request_never_changes_again(round_, carys, outcome):
    request(round_, carys, outcome=outcome)
    again = {"decided_by": None, "decided_at": clock.now(), "outcome": "withdrawn"}
    assert is_guarded("approval", sa.update(Approval).values(**again))
    assert is_guarded("approval", sa.delete(Approval))


def test_a_request_is_not_replaced_by_another_one(round_, carys):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL has no REPLACE")
    approval = request(round_, carys, outcome="agreed")
    again = sa.text(
        "REPLACE INTO approval SELECT id, round_id, what, object, details, details_hash, until, "
        "reason, requested_by, requested_at, NULL, NULL, 'waiting' FROM approval WHERE id = :id"
    )
    assert is_guarded("approval", again.bindparams(id=approval.id))


@pytest.mark.parametrize("column", ["details", "object", "reason"])
def test_what_was_asked_is_not_changed_before_somebody_agrees(round_, carys, column):
    request(round_, carys)
    assert is_guarded("approval", sa.update(Approval).values({column: "Another"}))


def test_the_same_is_asked_once_at_a_time(round_, carys):
    request(round_, carys, object="votes")
    row = {
        "round_id": round_.id, "what": "remove", "object": "votes", "details": "{}",
        "details_hash": "0" * 64, "reason": "Because", "requested_by": carys.id,
        "requested_at": clock.now(), "outcome": "waiting",
    }  # fmt: skip
    assert refused(insert(Approval, **row))
    assert not refused(insert(Approval, **row | {"object": "other votes"}))


# Longer voting -----------------------------------------------------------------------------------


def test_voting_closes_later_only_at_exactly_the_agreed_instant(round_, carys):
    until = round_.voting_closes_at + HOUR
    change = sa.update(Round).values(voting_closes_at=until)
    assert is_guarded("round", change)
    request(round_, carys, "extend", "waiting", until=until)
    assert is_guarded("round", change)
    request(round_, carys, "extend", "turned_down", until=until)
    assert is_guarded("round", change)
    request(round_, carys, "extend", "agreed", until=until)
    assert is_guarded("round", sa.update(Round).values(voting_closes_at=until + HOUR))
    assert not refused(change)


def test_another_rounds_agreement_prolongs_nothing(session, round_, carys):
    until = round_.voting_closes_at + HOUR
    request(make_round(session, title="Torry decides"), carys, "extend", "agreed", until=until)
    change = sa.update(Round).where(Round.id == round_.id).values(voting_closes_at=until)
    assert is_guarded("round", change)


def test_an_agreement_never_shortens(round_, carys):
    before = round_.voting_closes_at
    request(round_, carys, "extend", "agreed", until=before - HOUR)
    assert is_guarded("round", sa.update(Round).values(voting_closes_at=before - HOUR))
    prolong(round_, carys, before + HOUR)
    request(round_, carys, "extend", "agreed", until=before)
    assert is_guarded("round", sa.update(Round).values(voting_closes_at=before))


# Removed votes -----------------------------------------------------------------------------------


def removal_of(ballot, approval, **columns):
    return insert(
        VoteRemoval,
        **{
            "round_id": ballot.round_id,
            "leaf": ballot.leaf,
            "ballot_key": ballot.ballot_key,
            "approval_id": approval.id,
            "code": "twice",
            "seal_n": 2,
            **columns,
        },
    )


def delete_of(ballot):
    return sa.delete(Ballot).where(Ballot.ballot_key == ballot.ballot_key)


def asked_line(voter, approval):
    line = list_by_hand(voter)
    change = sa.update(VoterReview).where(VoterReview.public_id == line)
    db.session.execute(change.values(state="asked", approval_id=approval.id))
    db.session.commit()


def test_a_ballot_goes_only_with_a_removal_that_names_it(closed, voters, carys):
    one, other = db.session.scalars(sa.select(Ballot)).all()[:2]
    approval = request(closed, carys, outcome="agreed")
    asked_line(voters[0], approval)
    assert is_guarded("ballot", delete_of(one))

    def with_a_removal(ballot, **columns):
        db.session.execute(removal_of(one, approval, **columns))
        db.session.execute(delete_of(ballot))

    assert not refused(lambda: with_a_removal(one))
    assert is_guarded("ballot", lambda: with_a_removal(other))
    assert is_guarded("ballot", lambda: with_a_removal(one, ballot_key=other.ballot_key))
    assert is_guarded("ballot", lambda: with_a_removal(one, leaf=other.leaf))


@pytest.mark.parametrize("outcome", ["waiting", "turned_down"])
def test_a_removal_needs_an_agreement(closed, voters, carys, outcome):
    ballot = db.session.scalars(sa.select(Ballot)).first()
    approval = request(closed, carys, outcome=outcome)
    asked_line(voters[0], approval)
    assert is_guarded("vote_removal", removal_of(ballot, approval))


def test_an_agreement_on_one_voter_removes_no_second_vote(closed, voters, carys):
    one, other = db.session.scalars(sa.select(Ballot)).all()[:2]
    approval = request(closed, carys, outcome="agreed")
    asked_line(voters[0], approval)

    def twice():
        db.session.execute(removal_of(one, approval))
        db.session.execute(removal_of(other, approval))

    assert is_guarded("vote_removal", twice)


def test_no_vote_is_removed_while_people_vote(round_, voters, carys):
    ballot = db.session.scalars(sa.select(Ballot)).first()
    approval = request(round_, carys, outcome="agreed")
    asked_line(voters[0], approval)
    assert is_guarded("vote_removal", removal_of(ballot, approval))


def test_no_vote_is_removed_after_the_result(closed, voters, carys):
    approval = request(closed, carys, outcome="agreed")
    asked_line(voters[0], approval)
    with guards_aside("round_count"):
        count = insert(
            RoundCount, round_id=closed.id, at=clock.now(), seal_hash="0" * 64, outcome="{}"
        )
        db.session.execute(count)
    with guards_aside("round"):
        db.session.execute(sa.update(Round).values(stage="declared"))
    db.session.commit()
    ballot = db.session.scalars(sa.select(Ballot)).first()
    assert is_guarded("vote_removal", removal_of(ballot, approval))
    assert is_guarded("ballot", delete_of(ballot))


def test_nobody_is_listed_or_removed_once_the_votes_are_counted(closed, voters, carys):
    line = {"voter_uid": voters[1].uid, "round_id": closed.id, "public_id": "raw", "together": ""}
    listed = insert(VoterReview, reason="report", state="kept", decided_by=carys.id, **line)
    kept = list_by_hand(voters[0])
    approval = request(closed, carys, outcome="agreed")
    assert not refused(listed)
    decided = {"state": "kept", "decided_by": carys.id}
    db.session.execute(sa.update(VoterReview).values(**decided))
    ballot = db.session.scalars(sa.select(Ballot)).first()
    count_round(closed, at=clock.now(), by=carys.id)
    db.session.commit()
    assert is_guarded("voter_review", listed)
    again = sa.update(VoterReview).where(VoterReview.public_id == kept)
    for state, by in (("asked", None), ("removed", carys.id)):
        change = again.values(state=state, approval_id=approval.id, decided_by=by)
        assert is_guarded("voter_review", change)
    with guards_aside("voter_review"):
        db.session.execute(again.values(state="asked", approval_id=approval.id, decided_by=None))
    db.session.commit()
    assert is_guarded("vote_removal", removal_of(ballot, approval))


def test_what_is_said_of_a_removed_vote_stays(closed, voters, carys):
    strike_out(closed, carys, voters[0])
    assert is_guarded("vote_removal", sa.delete(VoteRemoval))
    assert is_guarded("vote_removal", sa.update(VoteRemoval).values(code="asked"))
    assert not refused(sa.update(VoteRemoval).values(ballot_key=None))


# The list to check -------------------------------------------------------------------------------


def test_nobody_drops_off_the_list(closed, voters, carys):
    list_by_hand(voters[0])
    assert is_guarded("voter_review", sa.delete(VoterReview))
    approval = request(closed, carys)
    alone = {"state": "removed", "approval_id": approval.id, "decided_by": carys.id}
    assert is_guarded("voter_review", sa.update(VoterReview).values(**alone))


def test_nothing_is_counted_while_somebody_is_on_the_list(closed, voters):
    row = {"round_id": closed.id, "at": clock.now(), "seal_hash": "0" * 64, "outcome": "{}"}
    assert not refused(insert(RoundCount, **row))
    list_by_hand(voters[0])
    assert is_guarded("round_count", insert(RoundCount, **row))


# The result --------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["waiting", "turned_down"])
def test_a_result_needs_two_people_who_agreed_on_this_count(closed, carys, outcome):
    count = count_round(closed, at=clock.now(), by=carys.id)
    db.session.commit()
    olive = second_officer()
    row = {
        "round_id": closed.id, "count_id": count.id, "declared_at": clock.now(),
        "declared_by": olive.id,
    }  # fmt: skip
    assert is_guarded("result", insert(Result, **row))
    request(closed, carys, "certify", outcome, object=f"count:{count.id}")
    assert is_guarded("result", insert(Result, **row))
    request(closed, carys, "certify", "agreed", object=f"count:{count.id + 1}")
    assert is_guarded("result", insert(Result, **row))
    waiting = sa.update(Approval).where(Approval.outcome == "waiting")
    db.session.execute(waiting.values(outcome="withdrawn", decided_at=clock.now()))
    request(closed, carys, "certify", "agreed", object=f"count:{count.id}")
    assert is_guarded("result", insert(Result, **row | {"declared_by": carys.id}))
    assert not refused(insert(Result, **row))


def test_nothing_is_declared_while_somebody_is_on_the_list(closed, voters, carys):
    count = count_round(closed, at=clock.now(), by=carys.id)
    request(closed, carys, "certify", "agreed", object=f"count:{count.id}")
    with guards_aside("voter_review"):
        list_by_hand(voters[0])
    row = {
        "round_id": closed.id, "count_id": count.id, "declared_at": clock.now(),
        "declared_by": second_officer().id,
    }  # fmt: skip
    assert is_guarded("result", insert(Result, **row))


# The second person -------------------------------------------------------------------------------


def test_the_second_person_is_fixed_once_the_round_is_public(session, carys, bryn):
    row = {"account_id": bryn.id, "name": "Bryn", "named_by": carys.id}
    early, late = make_round(session, "preparing"), make_round(session, "proposals", title="Late")
    assert not refused(insert(RoundScrutineer, round_id=early.id, **row))
    assert is_guarded("round_scrutineer", insert(RoundScrutineer, round_id=late.id, **row))
    session.add(RoundScrutineer(round_id=early.id, **row))
    early.rules_hash, early.stage = "0" * 64, "proposals"
    session.commit()
    other = sa.update(RoundScrutineer).values(account_id=second_officer().id)
    assert is_guarded("round_scrutineer", other)
    assert is_guarded("round_scrutineer", sa.delete(RoundScrutineer))


def test_nobody_names_themselves(session, carys):
    row = {"account_id": carys.id, "name": "Carys", "named_by": carys.id}
    assert refused(insert(RoundScrutineer, round_id=make_round(session, "preparing").id, **row))
