"""What one proposal says that is made of several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engage.budgeting.rules.proposing import MOST_CO_AUTHORS, MOST_ITEMS, Content, CostItem
from engage.budgeting.rules.refusals import ProposalRefused
from engage.web.rules import N_


@dataclass(frozen=True)
class Together:
    """The words and the cost in which proposals are to become one."""

    title: str
    summary: str
    cost_pence: int


def check_parts(parts: int, writers: int) -> None:
    """Refuse too few proposals, or more writers than one proposal can have.

    ``writers`` are all but the lead's author. Raises ProposalRefused.
    """
    if parts < 2:
        raise ProposalRefused(N_("Choose two proposals or more"), "parts")
    if writers > MOST_CO_AUTHORS:
        raise ProposalRefused(
            N_("Choose fewer: a proposal can have 5 people who write with its author"), "parts"
        )


def merged_content(lead: Content, others: Sequence[Content], together: Together) -> Content:
    """Return what the lead says once the others are part of it.

    The rows of what the money pays for stay where they add up to the new cost; else one row stands
    for all, which its authors can divide. A smaller award stays where it is smaller still.
    """
    items = tuple(item for content in (lead, *others) for item in content.items)
    adds_up = sum(item.pence for item in items) == together.cost_pence
    if not adds_up or len(items) > MOST_ITEMS:
        items = (CostItem(together.title, together.cost_pence),)
    fits = lead.smallest_pence is not None and lead.smallest_pence < together.cost_pence
    return replace(
        lead,
        title=together.title,
        summary=together.summary,
        cost_pence=together.cost_pence,
        items=items,
        takes_less=lead.takes_less if fits else False,
        smallest_pence=lead.smallest_pence if fits else None,
    )
