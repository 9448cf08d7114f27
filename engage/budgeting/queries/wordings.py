"""Reads of themes, and of proposals in other words."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from engage.budgeting.models import Proposal, ProposalWording, RoundTheme
from engage.budgeting.rules.wordings import EASY, GAELIC, Words
from engage.extensions import db


def themes_of(round_id: int) -> dict[int, str]:
    """Return the names of a round's themes by id, in their order."""
    query = select(RoundTheme.id, RoundTheme.name).where(RoundTheme.round_id == round_id)
    return dict(db.session.execute(query.order_by(RoundTheme.position)).all())


def wordings_of(proposal_ids: Collection[int]) -> dict[tuple[int, str], ProposalWording]:
    """Return other words for these proposals, approved or not, by proposal and kind."""
    query = select(ProposalWording).where(ProposalWording.proposal_id.in_(proposal_ids))
    return {(w.proposal_id, w.kind): w for w in db.session.scalars(query)}


def words_of(proposals: Iterable[Proposal]) -> dict[int, Words]:
    """Return what proposals say, in all the words that are approved, by id."""
    listed = list(proposals)
    found = wordings_of([proposal.id for proposal in listed])
    return {proposal.id: _words(proposal, found) for proposal in listed}


def _words(proposal: Proposal, found: dict[tuple[int, str], ProposalWording]) -> Words:
    given = {"title": proposal.title, "summary": proposal.summary}
    for kind in (EASY, GAELIC):
        wording = found.get((proposal.id, kind))
        if wording is not None and wording.approved_at is not None:
            given |= {f"{kind}_title": wording.title, f"{kind}_summary": wording.summary}
    return Words(**given)
