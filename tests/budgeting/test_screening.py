"""Checking proposals by criteria, interests, and the one right of reply."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.criteria import set_criteria
from engage.budgeting.actions.drafts import begin_changes
from engage.budgeting.actions.replying import reply_to_check
from engage.budgeting.actions.rounds import open_proposals, settle_ballot
from engage.budgeting.actions.screening import accept_proposal, declare_interest, leave_out
from engage.budgeting.queries.rounds import situation
from engage.budgeting.queries.screening import check_to_reply_to, checks_of, criteria_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.stages import Move, blockers
from engage.messages.models import Message
from tests.makers.approvals import second_officer
from tests.makers.bodies import make_body
from tests.makers.budgeting import answer_charter, make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.screening import accept, answers, drop, free, make_checked_round

pytestmark = pytest.mark.requirement("R14")


def test_criteria_are_set_while_nobody_sees_the_round_and_stay_then(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, "preparing")
    set_criteria(round_, ["It is legal", "It is ours to do"], at=clock.now(), by=carys.id)
    assert [c.words for c in criteria_of(round_.id)] == ["It is legal", "It is ours to do"]
    assert session.scalars(select(AuditEvent)).one().action == "round.criteria_set"
    with pytest.raises(RoundRefused, match="at least one"):
        set_criteria(round_, [], at=clock.now(), by=carys.id)
    open_proposals(round_, at=clock.now(), by=carys.id)
    with pytest.raises(RoundRefused, match="The criteria are fixed"):
        set_criteria(round_, ["Another"], at=clock.now(), by=carys.id)


def test_nobody_denies_an_interest_in_what_they_or_their_group_proposed(
    session: Any, carys: Account
) -> None:
    round_ = make_checked_round(session)
    body = make_body(session, "Carys’s choir", represented_by=carys, part="reader")
    for owner in ({"account_id": carys.id}, {"body_id": body.id}):
        proposal = make_proposal(session, round_, f"Of {owner}", **owner)
        with pytest.raises(ProposalRefused, match="that is an interest"):
            declare_interest(proposal, False, at=clock.now(), by=carys.id)
        declare_interest(proposal, True, "It is mine", at=clock.now(), by=carys.id)


def test_the_sender_reads_each_answer_and_every_check_is_kept(session: Any, carys: Account) -> None:
    proposal = make_proposal(session, make_checked_round(session), email="a@example.org")
    drop(proposal, carys)
    told = session.scalars(select(Message)).first().body
    for words in ("It is feasible: not met. No permission", "It is legal: met", "reply once"):
        assert words in told
    accept(proposal, carys)
    checks = checks_of(proposal)
    assert [(c.check.number, c.check.decision) for c in checks] == [(2, "accept"), (1, "leave_out")]
    assert [words for words, _ in checks[1].not_met] == ["It is feasible"]


def test_what_does_not_follow_from_the_answers_is_not_decided(session: Any, carys: Account) -> None:
    round_ = make_checked_round(session)
    proposal = free(make_proposal(session, round_), carys)
    with pytest.raises(ProposalRefused, match="a criterion is not met"):
        accept_proposal(proposal, answers(round_, 2), at=clock.now(), by=carys.id)
    with pytest.raises(ProposalRefused, match="Say which criterion is not met"):
        leave_out(proposal, "No", answers(round_), at=clock.now(), by=carys.id)
    assert (proposal.stage, checks_of(proposal)) == ("submitted", [])


def test_who_has_an_interest_or_has_not_said_so_does_not_decide(
    session: Any, carys: Account
) -> None:
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_)
    with pytest.raises(ProposalRefused, match="Say first whether you have an interest"):
        accept_proposal(proposal, answers(round_), at=clock.now(), by=carys.id)
    free(proposal, carys)
    with pytest.raises(ProposalRefused, match="Enter what your interest is"):
        declare_interest(proposal, True, at=clock.now(), by=carys.id)
    declare_interest(proposal, True, "My sister sent it", at=clock.now(), by=carys.id)
    with pytest.raises(ProposalRefused, match="somebody else must check it"):
        accept_proposal(proposal, answers(round_), at=clock.now(), by=carys.id)
    with pytest.raises(ProposalRefused, match="stays declared"):
        declare_interest(proposal, False, at=clock.now(), by=carys.id)
    events = session.scalars(select(AuditEvent)).all()
    assert "sister" not in repr([event.detail for event in events])
    accept(proposal, second_officer())
    assert proposal.stage == "accepted"


def test_a_reply_is_checked_by_somebody_else_and_what_they_decide_stands(
    session: Any, carys: Account
) -> None:
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_)
    drop(proposal, carys)
    olive = second_officer()
    with pytest.raises(ProposalRefused, match="Enter your reply"):
        reply_to_check(proposal, "", at=clock.now())
    reply_to_check(proposal, "We have the permission now", at=clock.now())
    assert proposal.stage == "submitted"
    with pytest.raises(ProposalRefused, match="You replied already"):
        reply_to_check(proposal, "And another thing", at=clock.now())
    with pytest.raises(ProposalRefused, match="another officer must check the reply"):
        accept_proposal(proposal, answers(round_), at=clock.now(), by=carys.id)
    drop(proposal, olive)
    assert (
        "This decision stands"
        in session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    )
    assert check_to_reply_to(proposal, clock.now()) is None
    with pytest.raises(ProposalRefused, match="that decision stands"):
        accept_proposal(proposal, answers(round_), at=clock.now(), by=olive.id)


def test_the_only_officer_checks_the_reply_too(session: Any, carys: Account) -> None:
    proposal = make_proposal(session, make_checked_round(session))
    drop(proposal, carys)
    reply_to_check(proposal, "We have the permission now", at=clock.now())
    accept(proposal, carys)
    assert proposal.stage == "accepted"


def test_what_was_left_out_after_its_reply_is_not_changed_any_more(
    session: Any, carys: Account
) -> None:
    proposal = make_proposal(session, make_checked_round(session, "proposals"))
    drop(proposal, carys)
    reply_to_check(proposal, "Please", at=clock.now())
    drop(proposal, carys)
    with pytest.raises(ProposalRefused, match="that decision stands"):
        begin_changes(proposal, at=clock.now())


def test_the_ballot_waits_for_replies_and_for_the_days_to_reply(
    session: Any, carys: Account
) -> None:
    round_ = make_checked_round(session, reply_days=3)
    answer_charter(session, round_)
    accept(make_proposal(session, round_), carys)
    proposal = make_proposal(session, round_, "Palace")
    drop(proposal, carys)
    keep_sheets(round_, carys)
    with pytest.raises(RoundRefused, match="1 left out may still reply"):
        settle_ballot(round_, at=clock.now(), by=carys.id)
    later = clock.now() + timedelta(days=3)
    assert blockers(Move.SETTLE_BALLOT, situation(round_, later)) == []
    with pytest.raises(ProposalRefused, match="The time to reply is over"):
        reply_to_check(proposal, "Too late", at=later)
    reply_to_check(proposal, "In time", at=clock.now())
    with pytest.raises(RoundRefused, match="1 still to check"):
        settle_ballot(round_, at=later, by=carys.id)
