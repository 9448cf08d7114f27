"""Taking proposals from anybody, as their first version."""

from dataclasses import dataclass
from datetime import datetime

from engage import clock
from engage.budgeting.models import Proposal, ProposalVersion, Round
from engage.budgeting.rules.proposing import (
    Content,
    check_award,
    check_place,
    check_pot,
    check_proposer,
    smallest_of,
    write_content,
)
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.stages import takes_proposals
from engage.engagements.actions.planning import record_participation
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.places.rules.postcodes import Placing


@dataclass(frozen=True)
class Draft:
    """What somebody proposes. ``cost_pence`` is what they ask for; name and e-mail may be ''.

    ``body_id`` is the group it is for, which ``account_id`` represents; None for a resident.
    ``content`` is the whole of what it says, None where that is title, summary, cost and ``pot``,
    the number of a part of the fund.
    """

    title: str
    summary: str
    cost_pence: int
    name: str = ""
    email: str = ""
    body_id: int | None = None
    account_id: int | None = None
    content: Content | None = None
    channel: str = "online"
    pot: int | None = None


def submit_proposal(
    round_: Round, draft: Draft, placing: Placing, reference: str, *, at: datetime
) -> Proposal:
    """Take a proposal while they are open, and the fact that somebody took part (R31).

    ``reference`` is what the sender keeps; only its hash is stored. Raises ProposalRefused when
    proposals are closed, when the cost lies outside the awards, or when the place is elsewhere.
    """
    if not takes_proposals(round_.stage, round_.proposals_open_at, round_.proposals_close_at, at):
        raise ProposalRefused("Proposals are closed")
    check_proposer(round_.who_may_propose, is_body=draft.body_id is not None)
    return keep_proposal(round_, draft, placing, reference_address(reference), at=at)


def keep_proposal(
    round_: Round, draft: Draft, placing: Placing, reference_hash: str, *, at: datetime
) -> Proposal:
    """Keep a proposal that came in time, as its first version, and the fact of its taking part.

    Raises ProposalRefused when the cost lies outside the awards, when the place is elsewhere, or
    when it is for no part of a fund in parts.
    """
    check_award(draft.cost_pence, round_.min_award_pence, round_.max_award_pence)
    check_place(placing.place, placing.locality_id, round_.engagement.locality_id)
    content = draft.content or Content(
        draft.title, draft.summary, cost_pence=draft.cost_pence, pot=draft.pot
    )
    check_pot(content.pot, draft.cost_pence, round_.pots)
    proposal = Proposal(
        round=round_,
        name=draft.name,
        email=draft.email,
        body_id=draft.body_id,
        account_id=draft.account_id,
        reference_hash=reference_hash,
        channel=draft.channel,
        place=placing.place,
        zone_code=placing.zone_code,
        submitted_at=at,
    )
    apply_content(proposal, content)
    db.session.add(proposal)
    record_participation(
        round_.engagement_id,
        "proposal",
        place=placing.place,
        zone_code=placing.zone_code,
        channel=draft.channel,
        on_day=at.astimezone(clock.UK).date(),
        body_id=draft.body_id,
    )
    db.session.flush()
    made_by = "officer" if draft.channel == "paper" else "author"
    add_version(proposal, content, made_by, at)
    return proposal


def apply_content(proposal: Proposal, content: Content) -> None:
    """Let a proposal say what its newest version says."""
    for name in ("title", "summary", "beneficiaries", "near", "latitude", "longitude"):
        setattr(proposal, name, getattr(content, name))
    proposal.cost_pence = content.cost_pence or 0
    proposal.locality_id, proposal.theme_id = content.locality_id, content.theme_id
    proposal.pot_id = proposal.round.pot_id(content.pot)
    proposal.match_from, proposal.match_pence = content.match_from, content.match_pence
    proposal.match_agreed = bool(content.match_agreed)
    proposal.smallest_pence = smallest_of(content)


def add_version(
    proposal: Proposal, content: Content, made_by: str, at: datetime, *, number: int = 1
) -> ProposalVersion:
    """Keep what a proposal says at ``at``, for good."""
    version = ProposalVersion(
        proposal_id=proposal.id,
        number=number,
        content=write_content(content),
        made_by=made_by,
        made_at=at,
    )
    db.session.add(version)
    db.session.flush()
    return version
