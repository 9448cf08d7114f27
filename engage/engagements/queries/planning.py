"""Reads of engagements and of who took part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from engage.engagements.models import (
    Engagement,
    EngagementPartner,
    Invitation,
    InvitationAnswer,
    ParticipationFact,
)
from engage.extensions import db, many_rows


def engagement_by_slug(slug: str) -> Engagement | None:
    """Return the engagement at this address."""
    return db.session.scalar(_by_slug(), {"slug": slug})


@cache
def _by_slug() -> Select[Engagement]:
    return select(Engagement).where(Engagement.slug == bindparam("slug"))


def invitations_of(body_id: int) -> list[tuple[Invitation, Engagement]]:
    """Return what a body was asked, closing soonest first."""
    rows = db.session.execute(
        select(Invitation, Engagement)
        .join(Engagement, Engagement.id == Invitation.engagement_id)
        .where(Invitation.body_id == body_id)
        .order_by(Engagement.closes_at)
    )
    return [(invitation, engagement) for invitation, engagement in rows]


def facts_between(first: date, last: date) -> Sequence[Any]:
    """Return the participation facts of the days from ``first`` to ``last``, both included.

    Rows with the names of ParticipationFact's own columns.
    """
    columns = ParticipationFact.__table__.c
    query = select(*columns).where(ParticipationFact.on_day.between(first, last))
    return db.session.execute(query).all()


def last_fact() -> int:
    """Return a number that grows with every participation fact; 0 before the first."""
    return db.session.scalar(select(func.max(ParticipationFact.id))) or 0


@dataclass(frozen=True)
class EngagementFilter:
    """What an officer looks for; '' asks for nothing. ``time`` is a key of rules.TIMES."""

    words: str = ""
    kind: str = ""
    time: str = ""


def find_engagements(
    wanted: EngagementFilter, at: datetime, *, offset: int = 0, limit: int | None = None
) -> list[Engagement]:
    """Return the engagements that were looked for.

    Open ones come with the soonest to close first, coming ones with the soonest to open, all
    others with the latest to close.
    """
    return list(db.session.scalars(_engagements(wanted, at).offset(offset).limit(limit)))


def engagement_rows() -> Sequence[Any]:
    """Return every engagement as rows for a download, the latest to close first.

    Title, kind, level, when it opens and closes, how many groups it asked and how many partners
    run it.
    """
    asked = select(func.count()).where(Invitation.engagement_id == Engagement.id)
    helping = select(func.count()).where(EngagementPartner.engagement_id == Engagement.id)
    leads = case((Engagement.lead_partner_id.is_(None), 0), else_=1)
    query = select(
        Engagement.title,
        Engagement.kind,
        Engagement.level,
        Engagement.opens_at,
        Engagement.closes_at,
        asked.scalar_subquery(),
        helping.scalar_subquery() + leads,
    )
    return db.session.execute(query.order_by(Engagement.closes_at.desc(), Engagement.id)).all()


def count_engagements(wanted: EngagementFilter, at: datetime) -> int:
    """Return how many engagements ``find_engagements`` would give without a limit."""
    query = _engagements(wanted, at).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def _engagements(wanted: EngagementFilter, at: datetime) -> Select[Engagement]:
    query = select(Engagement)
    for word in wanted.words.casefold().split():
        query = query.where(func.lower(Engagement.title).contains(word, autoescape=True))
    if wanted.kind:
        query = query.where(Engagement.kind == wanted.kind)
    if wanted.time == "coming":
        return query.where(Engagement.opens_at > at).order_by(Engagement.opens_at, Engagement.id)
    if wanted.time == "open":
        query = query.where(Engagement.opens_at <= at, Engagement.closes_at > at)
        return query.order_by(Engagement.closes_at, Engagement.id)
    if wanted.time == "closed":
        query = query.where(Engagement.closes_at <= at)
    return query.order_by(Engagement.closes_at.desc(), Engagement.id)


def invited_counts(engagements: list[Engagement]) -> dict[int, int]:
    """Return how many bodies each engagement asked; one that asked nobody is absent."""
    query = (
        select(Invitation.engagement_id, func.count())
        .where(Invitation.engagement_id.in_([engagement.id for engagement in engagements]))
        .group_by(Invitation.engagement_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def invitations_to(
    engagement_id: int, body_ids: Collection[int] | None = None
) -> dict[int, Invitation]:
    """Return the invitations to an engagement, all or those of some bodies, by body."""
    query = select(Invitation).where(Invitation.engagement_id == engagement_id)
    if body_ids is not None:
        query = query.where(Invitation.body_id.in_(body_ids))
    return {invitation.body_id: invitation for invitation in db.session.scalars(query)}


def answers_to(invitation_ids: Collection[int]) -> dict[int, InvitationAnswer]:
    """Return what was answered to invitations, by their ids; one without an answer is absent."""
    query = select(InvitationAnswer).where(InvitationAnswer.invitation_id.in_(invitation_ids))
    return {answer.invitation_id: answer for answer in db.session.scalars(query)}


def answer_counts(engagement_id: int) -> dict[str, int]:
    """Return how many groups gave each answer to an engagement; one that nobody gave is absent."""
    query = (
        select(InvitationAnswer.answer, func.count())
        .join(Invitation, Invitation.id == InvitationAnswer.invitation_id)
        .where(Invitation.engagement_id == engagement_id)
        .group_by(InvitationAnswer.answer)
    )
    return dict(iter(db.session.execute(query)))


def offers_to(engagement_id: int) -> dict[int, tuple[Any, ...]]:
    """Return level, wish, reason, when it was told, answer and its note of each invitation.

    By body; answer and note are None where there is none.
    """
    one, answer = Invitation, InvitationAnswer
    query = (
        select(
            one.body_id, one.level, one.wish, one.reason, one.told_at, answer.answer, answer.note
        )
        .outerjoin(answer, answer.invitation_id == one.id)
        .where(one.engagement_id == engagement_id)
    )
    return {body_id: tuple(offer) for body_id, *offer in many_rows(query)}


def times_asked(since: datetime, body_ids: Collection[int]) -> dict[int, int]:
    """Return how often some bodies were asked since an instant (R12); one never asked is absent."""
    query = (
        select(Invitation.body_id, func.count())
        .where(Invitation.invited_at >= since, Invitation.body_id.in_(body_ids))
        .group_by(Invitation.body_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
