"""Community reviewers: invited for one round, they recommend, and officers decide."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from engage.accounts.actions import create_account
from engage.accounts.letters import send_invitation
from engage.accounts.queries import account_by_email
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.screening import hold_before_ballot
from engage.budgeting.models import Proposal, Recommendation, Round, RoundReviewer
from engage.budgeting.queries.reviewers import is_reviewer, own_recommendations
from engage.budgeting.queries.screening import criteria_of, interest_of
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.screening import Answer, check_answers
from engage.budgeting.rules.stages import Stage
from engage.extensions import db
from engage.messages.actions import send
from engage.permissions import Permission, Role, may
from engage.web.rules import N_


def invite_reviewer(
    round_: Round, name: str, email: str, *, at: datetime, by: int, role: str = "officer"
) -> RoundReviewer:
    """Let somebody from the community review the proposals of a round, until its ballot.

    Their account is a resident's, made now if the address has none. What they may do hangs on the
    round and not on the account. Raises ProposalRefused for oneself, for a closed account and for
    anybody who checks proposals already; RoundRefused once the ballot is settled; EmailRefused
    for what is no address.
    """
    if round_.stage != Stage.PREPARING:
        hold_before_ballot(round_)
    account = account_by_email(email)
    is_new = account is None
    if account is None:
        account = create_account(email, name, Role.RESIDENT, at=at, by=by, by_role=role)
    if not account.is_open:
        raise ProposalRefused(N_("The account of this address is closed"), "email")
    if account.id == by or may(account.role, Permission.MANAGE_BUDGETING):
        raise ProposalRefused(
            N_("This is an officer, who checks proposals anyway: name somebody else"), "email"
        )
    reviewer = db.session.get(RoundReviewer, (round_.id, account.id))
    if reviewer is None:
        reviewer = RoundReviewer(round_id=round_.id, account_id=account.id)
        db.session.add(reviewer)
    elif reviewer.ended_at is None:
        raise ProposalRefused(N_("This person reviews the proposals already"), "email")
    reviewer.invited_by, reviewer.invited_at, reviewer.ended_at = by, at, None
    db.session.flush()
    _record(Happening.REVIEWER_INVITED, round_, account.id, at=at, by=by, role=role)
    if is_new:
        send_invitation(account, at=at)
    title = round_.engagement.title
    body = (
        f"You are asked to look at the proposals sent to {title}, and to say how they stand to "
        "its criteria. Officers read what you say, and decide. You do not see who sent a "
        f"proposal.\n\nSign in to begin:\n{current_app.config['BASE_URL']}/review/"
    )
    once = f"reviewer:{round_.id}:{account.id}:{at.timestamp():.0f}"
    send(account.mail_to, f"Review proposals: {title}", body, once=once, at=at)
    return reviewer


def end_review(reviewer: RoundReviewer, *, at: datetime, by: int, role: str = "officer") -> None:
    """Let somebody review no longer; what they said stays."""
    if reviewer.ended_at is not None:
        return
    reviewer.ended_at = at
    db.session.flush()
    _record(Happening.REVIEWER_ENDED, reviewer.round, reviewer.account_id, at=at, by=by, role=role)


def recommend(proposal: Proposal, answers: Mapping[int, Answer], *, at: datetime, by: int) -> None:
    """Say, as a reviewer, how a proposal stands to each criterion, or say it anew.

    Raises ProposalRefused for anybody who is no reviewer of the round, before they have said
    whether they have an interest, with one, and once the proposal was checked; RoundRefused once
    the ballot is settled.
    """
    hold_before_ballot(proposal.round)
    if not is_reviewer(proposal.round_id, by):
        raise ProposalRefused(N_("You do not review the proposals of this fund"))
    said = interest_of(proposal.id, by)
    if said is None:
        raise ProposalRefused(N_("Say first whether you have an interest in this proposal"))
    if said.has_conflict:
        raise ProposalRefused(N_("You have an interest in this proposal, so leave it to others"))
    if proposal.stage != "submitted":
        raise ProposalRefused(N_("Somebody has checked this proposal in the meantime"))
    criteria = [criterion.id for criterion in criteria_of(proposal.round_id)]
    check_answers(criteria, answers)
    kept = own_recommendations(proposal.id, by)
    for key in criteria:
        row = kept.get(key)
        if row is None:
            row = Recommendation(proposal_id=proposal.id, account_id=by, criterion_id=key)
            db.session.add(row)
        row.answer, row.note, row.at = answers[key].answer, answers[key].note, at
    db.session.flush()


def _record(
    happening: Happening, round_: Round, account_id: int, *, at: datetime, by: int, role: str
) -> None:
    record(happening, f"round:{round_.id}", at=at, actor_id=by, actor_role=role, account=account_id)
