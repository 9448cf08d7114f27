"""What the database itself refuses of checks; each guard is tried without it."""

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.replying import reply_to_check
from engage.budgeting.models import (
    CheckAnswer,
    Criterion,
    Interest,
    Merge,
    MergePart,
    Proposal,
    ProposalCheck,
    Recommendation,
    Reply,
    Round,
    RoundReviewer,
)
from engage.budgeting.queries.screening import criteria_of, latest_check
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.approvals import second_officer
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal
from tests.makers.screening import accept, drop, free, make_checked_round

pytestmark = pytest.mark.requirement("R14")


@pytest.fixture
def round_(session):
    return make_checked_round(session)


@pytest.fixture
def proposal(session, round_):
    return make_proposal(session, round_)


def put(model, **values):
    return sa.insert(model.__table__).values(**values)


def check(proposal, by, number=1, decision="accept"):
    return put(
        ProposalCheck, proposal_id=proposal.id, number=number, decision=decision, reason="Why",
        cost_pence=1, cost_reason="", by=by.id, at=clock.now(),
    )  # fmt: skip


def change(model, where, **values):
    return sa.update(model.__table__).where(where).values(**values)


def test_criteria_are_fixed_once_the_round_is_public(session, round_):
    own = Criterion.round_id == round_.id
    assert is_guarded("criterion", put(Criterion, round_id=round_.id, position=3, words="New"))
    assert is_guarded("criterion", change(Criterion, own, words="Other"))
    assert is_guarded("criterion", sa.delete(Criterion.__table__).where(own))


def test_a_check_needs_somebody_who_said_they_have_no_interest(session, proposal, carys, ada):
    assert is_guarded("proposal_check", check(proposal, carys))
    free(proposal, carys)
    assert not refused(check(proposal, carys))
    said = Interest.account_id == carys.id
    session.execute(change(Interest, said, has_conflict=True, words="Mine"))
    session.commit()
    assert is_guarded("proposal_check", check(proposal, carys))
    assert is_guarded("interest", change(Interest, said, has_conflict=False))
    assert refused(sa.delete(Interest.__table__).where(said))


def test_a_stage_follows_from_the_newest_check_only(session, round_, proposal, carys):
    own = Proposal.id == proposal.id
    accepted = change(Proposal, own, stage="accepted", screened_at=clock.now())
    left_out = change(Proposal, own, stage="left_out", reason="No", screened_at=clock.now())
    assert is_guarded("proposal", accepted)
    assert is_guarded("proposal", left_out)
    drop(proposal, carys)
    assert is_guarded("proposal", accepted)
    accept(proposal, carys)
    assert is_guarded("proposal", left_out)


def test_a_check_without_an_answer_to_each_criterion_accepts_nothing(
    session, round_, proposal, carys
):
    free(proposal, carys)
    session.execute(check(proposal, carys))
    made = latest_check(proposal.id)
    first, second = criteria_of(round_.id)
    session.execute(
        put(CheckAnswer, check_id=made.id, criterion_id=first.id, answer="met", note="")
    )
    session.commit()
    own = Proposal.id == proposal.id
    assert is_guarded("proposal", change(Proposal, own, stage="accepted"))
    session.execute(
        put(CheckAnswer, check_id=made.id, criterion_id=second.id, answer="not_met", note="No")
    )
    session.commit()
    assert is_guarded("proposal", change(Proposal, own, stage="accepted"))


def test_checks_answers_and_replies_are_kept_as_they_were(session, proposal, carys):
    drop(proposal, carys)
    reply_to_check(proposal, "Please", at=clock.now())
    session.commit()
    assert is_guarded("proposal_check", change(ProposalCheck, sa.true(), reason="Other"))
    assert is_guarded("check_answer", change(CheckAnswer, sa.true(), note="Other"))
    assert is_guarded("check_answer", sa.delete(CheckAnswer.__table__))
    assert is_guarded("proposal_reply", change(Reply, sa.true(), words="Other"))
    assert is_guarded("proposal_reply", sa.delete(Reply.__table__))


def test_a_reply_comes_once_to_what_was_left_out(session, proposal, carys):
    accept(proposal, carys)
    made = latest_check(proposal.id)
    reply = {"proposal_id": proposal.id, "words": "Please", "at": clock.now()}
    assert is_guarded("proposal_reply", put(Reply, check_id=made.id, **reply))
    drop(proposal, carys)
    reply_to_check(proposal, "Please", at=clock.now())
    session.commit()
    assert refused(put(Reply, check_id=latest_check(proposal.id).id, **reply))


def test_after_a_reply_somebody_else_checks_once(session, round_, proposal, carys):
    drop(proposal, carys)
    olive = second_officer()
    free(proposal, olive)
    reply_to_check(proposal, "Please", at=clock.now())
    session.commit()
    settle = change(Round, Round.id == round_.id, stage="voting", ballot_hash="x", key_check=b"x")
    assert is_guarded("round", settle)
    assert is_guarded("proposal_check", check(proposal, carys, number=2))
    assert not refused(check(proposal, olive, number=2))
    drop(proposal, olive)
    assert is_guarded("proposal_check", check(proposal, olive, number=3))
    own = Proposal.id == proposal.id
    assert is_guarded("proposal", change(Proposal, own, stage="submitted", reason=None))


def test_only_a_reviewer_without_an_interest_recommends(session, round_, proposal, carys, dev):
    said = put(
        Recommendation, proposal_id=proposal.id, account_id=dev.id,
        criterion_id=criteria_of(round_.id)[0].id, answer="met", note="", at=clock.now(),
    )  # fmt: skip
    free(proposal, dev)
    assert is_guarded("recommendation", said)
    session.add(
        RoundReviewer(
            round_id=round_.id, account_id=dev.id, invited_by=carys.id, invited_at=clock.now()
        )
    )
    session.commit()
    assert not refused(said)
    session.execute(change(RoundReviewer, sa.true(), ended_at=clock.now()))
    session.commit()
    assert is_guarded("recommendation", said)


def test_proposals_become_one_only_as_all_agreed(session, round_, proposal, carys):
    other = make_proposal(session, round_, "Bench")
    merge = Merge(
        round_id=round_.id, lead_id=proposal.id, title="Both", summary="All", cost_pence=1,
        suggested_by=carys.id, suggested_at=clock.now(),
    )  # fmt: skip
    session.add(merge)
    session.flush()
    for part in (proposal, other):
        session.add(MergePart(merge_id=merge.id, proposal_id=part.id))
    session.commit()
    joined = change(
        Proposal, Proposal.id == other.id, stage="left_out", reason="Merged",
        merged_into_id=proposal.id,
    )  # fmt: skip
    agreed = change(Merge, Merge.id == merge.id, outcome="agreed")
    assert is_guarded("proposal", joined)
    assert is_guarded("proposal_merge", agreed)
    session.execute(change(MergePart, MergePart.proposal_id == proposal.id, answer="yes"))
    session.commit()
    assert is_guarded("proposal_merge", agreed)
    assert is_guarded(
        "merge_part", change(MergePart, MergePart.proposal_id == proposal.id, answer="no")
    )
    session.execute(change(MergePart, MergePart.proposal_id == other.id, answer="yes"))
    session.execute(agreed)
    session.execute(joined)
    session.commit()
    back = change(Proposal, Proposal.id == other.id, merged_into_id=None)
    assert is_guarded("proposal", back)
    assert is_guarded("proposal_merge", change(Merge, Merge.id == merge.id, title="Other"))


def test_the_database_knows_who_proposed_something_themselves(session, round_, carys):
    body = make_body(session, "Carys’s choir", represented_by=carys)
    own = [
        make_proposal(session, round_, "Alone", account_id=carys.id),
        make_proposal(session, round_, "Together", body_id=body.id),
    ]
    other = make_proposal(session, round_)
    denied = {"account_id": carys.id, "has_conflict": False, "words": "", "at": clock.now()}
    for proposal in own:
        assert is_guarded("interest", put(Interest, proposal_id=proposal.id, **denied))
    assert not refused(put(Interest, proposal_id=other.id, **denied))
