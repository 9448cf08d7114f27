"""The one right of reply of whoever was left out."""

from datetime import datetime

from engage.budgeting.actions.screening import hold_before_ballot
from engage.budgeting.models import Proposal, Reply
from engage.budgeting.queries.screening import check_to_reply_to, reply_of
from engage.budgeting.rules.refusals import ProposalRefused
from engage.extensions import db
from engage.web.rules import N_


def reply_to_check(proposal: Proposal, words: str, *, at: datetime) -> Reply:
    """Reply, once: the proposal is checked again, by somebody else where there is one.

    Raises ProposalRefused without words, a second time, and once the time to reply is over;
    RoundRefused once the ballot is settled.
    """
    if not words:
        raise ProposalRefused(N_("Enter your reply"), "words")
    hold_before_ballot(proposal.round)
    if reply_of(proposal.id) is not None:
        raise ProposalRefused(N_("You replied already: each proposal has one reply"))
    check = check_to_reply_to(proposal, at)
    if check is None:
        raise ProposalRefused(N_("The time to reply is over"))
    reply = Reply(proposal_id=proposal.id, check_id=check.id, words=words, at=at)
    db.session.add(reply)
    db.session.flush()
    proposal.stage, proposal.reason, proposal.screened_at = "submitted", None, None
    db.session.flush()
    return reply
