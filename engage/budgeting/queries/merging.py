"""Reads of proposals that are to become one, or did."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engage.budgeting.models import Merge, MergePart, Proposal
from engage.budgeting.queries.proposing import co_authors_of
from engage.extensions import db


def merges_of(round_id: int) -> list[Merge]:
    """Return everything that was suggested in a round, the newest first."""
    return list(
        db.session.scalars(
            select(Merge)
            .where(Merge.round_id == round_id)
            .order_by(Merge.id.desc())
            .options(selectinload(Merge.parts).joinedload(MergePart.proposal))
        )
    )


def waiting_merge(proposal_id: int) -> Merge | None:
    """Return the suggestion that waits for an answer about a proposal, None for none."""
    return db.session.scalar(
        select(Merge)
        .join(Merge.parts)
        .where(MergePart.proposal_id == proposal_id, Merge.outcome == "waiting")
        .limit(1)
    )


def merge_in(round_id: int, public_id: str) -> Merge | None:
    """Return the round's suggestion with this public id."""
    return db.session.scalar(
        select(Merge).where(Merge.round_id == round_id, Merge.public_id == public_id)
    )


def writers_beside(lead: Proposal, others: Collection[Proposal]) -> int:
    """Return how many would write beside the lead's author, were they all one."""
    joined = sum(1 + len(co_authors_of(other)) for other in others)
    return len(co_authors_of(lead)) + joined
