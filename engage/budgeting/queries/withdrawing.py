"""Reads of what was withdrawn: by whom it may be, and who goes on with what is made of several."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from engage.budgeting.models import CoAuthor, Project, Proposal, Withdrawal
from engage.budgeting.queries.delivery import awards_of_proposals
from engage.budgeting.queries.proposing import merged_into, part_in_proposal
from engage.budgeting.rules.withdrawing import Standing
from engage.extensions import db
from engage.messages.actions import reference_address


def withdraws_as(proposal: Proposal, account_id: int | None, references: Sequence[str]) -> str:
    """Return as what somebody may withdraw: “author”, “body”, “coauthor”, or '' for nobody."""
    part = part_in_proposal(proposal, account_id, references)
    by_reference = proposal.reference_hash in {reference_address(r) for r in references}
    if part != "author" or by_reference or proposal.body_id is None or account_id is None:
        return part
    return "body"


def standing_of(proposal: Proposal, part: str) -> Standing:
    """Return how a proposal stands for somebody who wants to take it back."""
    on_ballot = db.session.scalar(select(Project.id).where(Project.proposal_id == proposal.id))
    return Standing(
        part=part,
        stage=proposal.round.stage,
        is_withdrawn=withdrawal_of(proposal.id) is not None,
        is_merged=proposal.merged_into_id is not None,
        goes_on=successor_of(proposal) is not None,
        on_ballot=on_ballot is not None,
        has_award=proposal.id in awards_of_proposals([proposal.id]),
    )


def successor_of(proposal: Proposal) -> Proposal | None:
    """Return the part whose author goes on with a proposal should its own author leave."""
    before = set(
        db.session.scalars(
            select(Withdrawal.successor_id).where(Withdrawal.proposal_id == proposal.id)
        )
    )
    return next((part for part in merged_into(proposal.id) if part.id not in before), None)


def own_part(proposal: Proposal, account_id: int | None, references: Sequence[str]) -> Proposal:
    """Return what somebody withdraws who is no author of a proposal: their part in it, or it."""
    for part in merged_into(proposal.id):
        if part_in_proposal(part, account_id, references) == "author":
            return part
    return proposal


def helper_of(proposal: Proposal, references: Sequence[str]) -> CoAuthor | None:
    """Return the place among a proposal's writers that one of these references opens."""
    hashes = [reference_address(reference) for reference in references]
    return db.session.scalar(
        select(CoAuthor)
        .where(CoAuthor.proposal_id == proposal.id, CoAuthor.reference_hash.in_(hashes))
        .limit(1)
    )


def withdrawal_of(proposal_id: int) -> Withdrawal | None:
    """Return how a proposal, or its part in another, was withdrawn; None: it was not."""
    return withdrawals_of([proposal_id]).get(proposal_id)


def withdrawals_of(proposal_ids: Collection[int]) -> dict[int, Withdrawal]:
    """Return how these proposals were withdrawn, by the proposal's id."""
    wanted = select(Withdrawal).where(
        Withdrawal.proposal_id.in_(proposal_ids), Withdrawal.kind != "lead"
    )
    return {made.proposal_id: made for made in db.session.scalars(wanted)}


def withdrawal_by_reference(reference: str) -> Withdrawal | None:
    """Return what the holder of a reference withdrew."""
    address = reference_address(reference)
    return db.session.scalar(select(Withdrawal).where(Withdrawal.reference_hash == address))


def late_withdrawals(round_id: int) -> list[Withdrawal]:
    """Return what was withdrawn of a round though it stands on its ballot, the first one first."""
    return list(
        db.session.scalars(
            select(Withdrawal)
            .join(Withdrawal.proposal)
            .where(Proposal.round_id == round_id, Withdrawal.kind == "late")
            .order_by(Withdrawal.id)
        )
    )
