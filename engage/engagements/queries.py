"""Reads of engagements and of who took part."""

from datetime import date, datetime

from sqlalchemy import select

from engage.engagements.models import Engagement, Invitation, ParticipationFact
from engage.extensions import db


def engagement_by_slug(slug: str) -> Engagement | None:
    """Return the engagement at this address."""
    return db.session.scalar(select(Engagement).where(Engagement.slug == slug))


def invitations_of(body_id: int) -> list[tuple[Invitation, Engagement]]:
    """Return what a body was asked, closing soonest first."""
    rows = db.session.execute(
        select(Invitation, Engagement)
        .join(Engagement, Engagement.id == Invitation.engagement_id)
        .where(Invitation.body_id == body_id)
        .order_by(Engagement.closes_at)
    )
    return [(invitation, engagement) for invitation, engagement in rows]


def facts_between(first: date, last: date) -> list[ParticipationFact]:
    """Return the participation facts of the days from ``first`` to ``last``, both included."""
    return list(
        db.session.scalars(
            select(ParticipationFact).where(ParticipationFact.on_day.between(first, last))
        )
    )


def engagements_between(first: datetime, last: datetime) -> list[Engagement]:
    """Return the engagements that were open at any time from ``first`` until before ``last``."""
    return list(
        db.session.scalars(
            select(Engagement)
            .where(Engagement.opens_at < last, Engagement.closes_at > first)
            .order_by(Engagement.opens_at)
        )
    )
