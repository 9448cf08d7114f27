"""How the officers of the demo check a proposal: interest, criteria, decision."""

from datetime import datetime

from engage.budgeting.actions.screening import accept_proposal, declare_interest, leave_out
from engage.budgeting.models import Proposal
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.rules.screening import Answer
from engage.demo.rules.story import Story


def check_proposal(
    story: Story, proposal: Proposal, at: datetime, *, reason: str = "", not_met: int = 1
) -> None:
    """Accept a proposal; or, for ``reason``, leave it out over criterion number ``not_met``."""
    declare_interest(proposal, False, at=at, by=story.officer)
    answers = {
        criterion.id: Answer("not_met", reason.partition(". ")[0].rstrip(".") + ".")
        if reason and criterion.position == not_met
        else Answer("met")
        for criterion in criteria_of(proposal.round_id)
    }
    if reason:
        leave_out(proposal, reason, answers, at=at, by=story.officer)
    else:
        accept_proposal(proposal, answers, at=at, by=story.officer)
