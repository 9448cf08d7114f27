"""Proposing a project, with and without an e-mail address, and the checks."""

from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.actions.screening import accept_proposal, leave_out
from engage.budgeting.queries.rounds import proposal_contributions, proposer_addresses
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.engagements.models import ParticipationFact
from engage.messages.actions import reference_address
from engage.messages.models import Message
from engage.places.rules.postcodes import Placing
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.screening import free

REFERENCE = "AAAA-BBBB-CCCC-DDDD"
DRAFT = Draft("Skate ramp", "A ramp for young people", 300_000)


def test_aisha_proposes_without_name_or_email_and_her_part_is_recorded(session: Any) -> None:
    round_ = make_round(session, "proposals")
    proposal = submit_proposal(round_, DRAFT, Placing("unmatched"), REFERENCE, at=clock.now())
    assert (proposal.stage, proposal.name, proposal.email) == ("submitted", "", "")
    assert proposal.reference_hash == reference_address(REFERENCE)
    fact = session.scalars(select(ParticipationFact)).one()
    assert (fact.act, fact.place, fact.people) == ("proposal", "unmatched", 1)


@pytest.mark.parametrize("stage", ["preparing", "screening", "voting", "closed", "declared"])
def test_a_proposal_is_taken_while_proposals_are_open_only(session: Any, stage: str) -> None:
    round_ = make_round(session, stage)
    with pytest.raises(ProposalRefused, match="Proposals are closed"):
        submit_proposal(round_, DRAFT, Placing("unmatched"), REFERENCE, at=clock.now())


def test_the_closing_instant_is_too_late(session: Any) -> None:
    round_ = make_round(session, "proposals")
    with pytest.raises(ProposalRefused, match="Proposals are closed"):
        submit_proposal(
            round_, DRAFT, Placing("unmatched"), REFERENCE, at=round_.proposals_close_at
        )


def test_an_accepted_proposal_keeps_its_cost_and_its_sender_is_told(
    session: Any, carys: Account
) -> None:
    proposal = make_proposal(session, make_round(session, "screening"), email="a@example.org")
    free(proposal, carys)
    accept_proposal(proposal, at=clock.now(), by=carys.id)
    assert (proposal.stage, proposal.award_pence) == ("accepted", 300_000)
    told = {(m.channel, m.address) for m in session.scalars(select(Message))}
    assert told == {("notice", proposal.reference_hash), ("email", "a@example.org")}
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert event.action == "proposal.screened"
    assert "example.org" not in event.detail


def test_another_cost_needs_a_reason_and_old_and_new_are_told(session: Any, carys: Account) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening")), carys)
    with pytest.raises(ProposalRefused, match="Enter the reason for the new cost"):
        accept_proposal(proposal, checked_cost_pence=250_000, at=clock.now(), by=carys.id)
    accept_proposal(
        proposal, checked_cost_pence=250_000, cost_reason="A quote", at=clock.now(), by=carys.id
    )
    assert (proposal.cost_pence, proposal.award_pence) == (300_000, 250_000)
    body = session.scalars(select(Message)).one().body
    assert "from £3,000 to £2,500" in body
    assert "A quote" in body


@pytest.mark.requirement("R14")
def test_a_checked_cost_outside_the_awards_is_refused(session: Any, carys: Account) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening")), carys)
    with pytest.raises(ProposalRefused, match="Enter a cost from £500 to £5,000"):
        accept_proposal(
            proposal, checked_cost_pence=500_001, cost_reason="x", at=clock.now(), by=carys.id
        )


def test_a_proposal_is_left_out_with_a_reason_only_and_its_sender_reads_it(
    session: Any, carys: Account
) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening")), carys)
    with pytest.raises(ProposalRefused, match="Enter the reason"):
        leave_out(proposal, "", at=clock.now(), by=carys.id)
    leave_out(proposal, "The land is not ours", at=clock.now(), by=carys.id)
    assert (proposal.stage, proposal.reason) == ("left_out", "The land is not ours")
    assert "The land is not ours" in session.scalars(select(Message)).one().body


def test_a_decision_can_be_changed_until_the_ballot_is_settled(
    session: Any, carys: Account
) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening")), carys)
    leave_out(proposal, "The land is not ours", at=clock.now(), by=carys.id)
    accept_proposal(proposal, at=clock.now(), by=carys.id)
    assert (proposal.stage, proposal.reason) == ("accepted", None)
    assert len(session.scalars(select(Message)).all()) == 2
    settled = make_proposal(session, make_round(session, "voting", title="Other"), "Late")
    with pytest.raises(RoundRefused, match="The ballot is final"):
        accept_proposal(settled, at=clock.now(), by=carys.id)


def test_contributions_never_name_the_proposer(session: Any) -> None:
    round_ = make_round(session, "proposals")
    body = make_body(session, "Mastrick Community Council")
    make_proposal(session, round_, "Bench", name="Aisha", email="a@example.org")
    make_proposal(session, round_, "Park", body_id=body.id)
    given = proposal_contributions(round_.engagement_id)
    assert [(c.kind, c.where, c.who) for c in given] == [
        ("proposal", "Bench", "A resident"),
        ("proposal", "Park", "Mastrick Community Council"),
    ]
    assert "Aisha" not in repr(given)


def test_addresses_are_a_notice_always_and_an_email_where_given(session: Any) -> None:
    round_ = make_round(session, "proposals")
    first = make_proposal(session, round_, "Bench", email="a@example.org")
    second = make_proposal(session, round_, "Park")
    assert proposer_addresses([second.id, first.id]) == [
        ("notice", first.reference_hash),
        ("email", "a@example.org"),
        ("notice", second.reference_hash),
    ]
