"""Checks for tests: criteria, interests, answers, and a proposal that was left out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.screening import accept_proposal, declare_interest, leave_out
from engage.budgeting.models import Criterion, Proposal, Round
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.rules.screening import Answer
from engage.budgeting.rules.stages import Stage
from engage.extensions import db
from tests.makers.budgeting import DATES, make_round

CRITERIA = ("It is feasible", "It is legal")


def make_checked_round(
    session: Any, stage: str = "screening", criteria: Sequence[str] = CRITERIA, **columns: Any
) -> Round:
    """Make a round with criteria: “preparing”, “proposals” or “screening”."""
    names = ("proposals_open_at", "proposals_close_at", "voting_opens_at", "voting_closes_at")
    days = [clock.now() + timedelta(days=n) for n in DATES[Stage(stage)]]
    dates = dict(zip(names, days, strict=True))
    round_ = make_round(session, "preparing", **{**dates, **columns})
    for position, words in enumerate(criteria, start=1):
        session.add(Criterion(round_id=round_.id, position=position, words=words))
    session.flush()
    for step in ("proposals", "screening"):
        if round_.stage != stage:
            round_.stage = step
            session.flush()
    session.commit()
    return round_


def free(proposal: Proposal, account: Account) -> Proposal:
    """Let an account say that it has no interest in a proposal; return the proposal."""
    declare_interest(proposal, False, at=clock.now(), by=account.id)
    db.session.commit()
    return proposal


def answers(round_: Round, *not_met: int) -> dict[int, Answer]:
    """Answer every criterion with “met”, those at these positions with “not met”."""
    return {
        c.id: Answer("not_met", "No permission") if c.position in not_met else Answer("met")
        for c in criteria_of(round_.id)
    }


def accept(proposal: Proposal, officer: Account) -> None:
    """Accept a proposal that meets everything, and commit."""
    free(proposal, officer)
    accept_proposal(proposal, answers(proposal.round), at=clock.now(), by=officer.id)
    db.session.commit()


def drop(proposal: Proposal, officer: Account, reason: str = "It cannot be built there") -> None:
    """Leave a proposal out over its first criterion, and commit."""
    free(proposal, officer)
    leave_out(proposal, reason, answers(proposal.round, 1), at=clock.now(), by=officer.id)
    db.session.commit()
