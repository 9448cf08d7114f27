"""What became of one contribution, as its writer may read it."""

from sqlalchemy import or_, select

from engage.consultations.models import Comment
from engage.extensions import db
from engage.influence.models import Finding, FindingSource, Influence


def influences_of_response(response_id: int) -> list[Influence]:
    """Return what became of a response and of each comment in it."""
    comments = db.session.scalars(select(Comment.id).where(Comment.response_id == response_id))
    return influences_on_sources(
        [("response", response_id), *(("comment", number) for number in comments)]
    )


def influences_on_sources(sources: list[tuple[str, int]]) -> list[Influence]:
    """Return the influences of findings that rest on any of ``sources`` (kind and id), once each.

    Only what contributors were told: a decision is theirs to read when it was sent to them.
    """
    rests_on = or_(
        *((FindingSource.kind == kind) & (FindingSource.source_id == id_) for kind, id_ in sources)
    )
    return list(
        db.session.scalars(
            select(Influence)
            .join(Finding, Finding.id == Influence.finding_id)
            .where(
                Influence.told_at.is_not(None),
                select(FindingSource.finding_id)
                .where(FindingSource.finding_id == Finding.id, rests_on)
                .exists(),
            )
            .order_by(Finding.engagement_id, Finding.number, Influence.id)
        )
    )
