"""What the database itself holds of a proposal that was withdrawn; each guard is tried without."""

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.withdrawing import Why, withdraw
from engage.budgeting.models import (
    Project,
    Proposal,
    ProposalDraft,
    ProposalVersion,
    Round,
    Withdrawal,
)
from engage.budgeting.rules.proposing import Content, write_content
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.budgeting.test_screening_guards import change, check, put
from tests.makers.budgeting import answer_charter, make_project, make_proposal, settle
from tests.makers.delivery import make_declared
from tests.makers.screening import free, make_checked_round

pytestmark = pytest.mark.requirement("R14")


@pytest.fixture
def withdrawn(session):
    proposal = make_proposal(session, make_checked_round(session, "proposals"))
    withdraw(proposal, Why(), part="author", at=clock.now())
    session.commit()
    return proposal


def record(proposal, kind, **more):
    values = {
        "kind": kind, "reference_hash": "x" * 64, "successor_id": None, "reason": "",
        "is_public": False, "by": "author", "at": clock.now(), **more,
    }  # fmt: skip
    return put(Withdrawal, proposal_id=proposal.id, **values)


def test_it_is_never_accepted_nor_changed_nor_brought_back(session, withdrawn, carys):
    own = Proposal.id == withdrawn.id
    for values in (
        {"stage": "accepted"},
        {"stage": "submitted", "reason": None, "withdrawn_at": None},
        {"withdrawn_at": None},
        {"withdrawn_at": clock.now()},
        {"title": "Another"},
        {"cost_pence": 1},
        {"reason": "Ours"},
        {"merged_into_id": withdrawn.id},
    ):
        assert refused(change(Proposal, own, **values)), values
    assert is_guarded("proposal", change(Proposal, own, title="Another"))
    assert is_guarded("proposal", change(Proposal, own, withdrawn_at=None))
    assert refused(sa.delete(Proposal.__table__).where(own))
    assert not refused(change(Proposal, own, name="", email=""))


def test_nothing_is_added_to_it_and_it_comes_on_no_ballot(session, withdrawn):
    said = write_content(Content("A", "B"))
    version = put(
        ProposalVersion, proposal_id=withdrawn.id, number=1, content=said, made_by="author",
        made_at=clock.now(),
    )  # fmt: skip
    assert is_guarded("proposal_version", version)
    draft = put(
        ProposalDraft, public_id="d", round_id=withdrawn.round_id, proposal_id=withdrawn.id,
        channel="online", name="", email="", place="not_given", content=said,
        saved_at=clock.now(), version=1,
    )  # fmt: skip
    assert is_guarded("proposal_draft", draft)
    project = put(
        Project, round_id=withdrawn.round_id, number=1, lot=1, title="A", summary="",
        cost_pence=100, proposal_id=withdrawn.id,
    )  # fmt: skip
    assert is_guarded("project", project)


def test_a_check_of_it_is_refused(session, withdrawn, carys):
    free(withdrawn, carys)
    assert is_guarded("proposal_check", check(withdrawn, carys))


def test_it_is_withdrawn_only_as_it_is_recorded(session):
    proposal = make_proposal(session, make_checked_round(session))
    own = Proposal.id == proposal.id
    silent = change(
        Proposal, own, stage="left_out", reason="Gone", screened_at=clock.now(),
        withdrawn_at=clock.now(),
    )  # fmt: skip
    assert is_guarded("proposal", silent)
    assert is_guarded("proposal_withdrawal", record(proposal, "part"))
    assert is_guarded("proposal_withdrawal", record(proposal, "late"))
    assert is_guarded("proposal_withdrawal", record(proposal, "lead", successor_id=proposal.id))
    assert not refused(record(proposal, "whole"))


def test_what_was_recorded_stays(session, withdrawn):
    own = Withdrawal.proposal_id == withdrawn.id
    assert is_guarded("proposal_withdrawal", change(Withdrawal, own, reason="Other"))
    assert is_guarded("proposal_withdrawal", sa.delete(Withdrawal.__table__).where(own))
    assert refused(record(withdrawn, "whole"))
    assert refused(change(Withdrawal, own, is_shown=True))  # the team's alone


def test_a_reason_for_everybody_is_decided_about_once(session):
    proposal = make_proposal(session, make_checked_round(session))
    withdraw(proposal, Why("Sold", is_public=True), part="author", at=clock.now())
    session.commit()
    own = Withdrawal.proposal_id == proposal.id
    assert is_guarded("proposal_withdrawal", change(Withdrawal, own, is_shown=True, reason="Ours"))
    session.execute(change(Withdrawal, own, is_shown=False))
    session.commit()
    assert is_guarded("proposal_withdrawal", change(Withdrawal, own, is_shown=True))


def test_off_a_settled_ballot_nothing_is_taken(session):
    round_ = make_declared(session)
    proposal = session.get(Proposal, round_.projects[0].proposal_id)
    assert is_guarded("proposal_withdrawal", record(proposal, "whole"))
    assert not refused(record(proposal, "late"))
    taken = change(
        Proposal, Proposal.id == proposal.id, stage="left_out", reason="Gone",
        screened_at=clock.now(), withdrawn_at=clock.now(),
    )  # fmt: skip
    assert refused(taken)


@pytest.mark.parametrize(
    ("ways", "takes_paper", "is_refused"),
    [("", True, False), ("", False, True), ("codes", False, False), ("post", True, True)],
)
def test_a_round_has_a_way_online_or_paper(session, ways, takes_paper, is_refused):
    round_ = make_checked_round(session, "preparing")
    own = Round.id == round_.id
    assert refused(change(Round, own, ways=ways, takes_paper=takes_paper)) is is_refused


def test_a_ballot_is_not_settled_with_what_was_withdrawn_at_the_same_moment(session):
    """What stood on it before, of a check or a withdrawal that came between."""
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_)
    answer_charter(session, round_)
    make_project(session, round_).proposal_id = proposal.id
    settle(round_)
    session.commit()
    assert is_guarded("round", change(Round, Round.id == round_.id, stage="voting"))
