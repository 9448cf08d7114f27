"""Planning an engagement, inviting bodies to it, and recording who took part."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import Engagement, Invitation, ParticipationFact
from engage.extensions import db
from engage.web.rules import slug_for


class EngagementRefused(Exception):
    """The engagement can't be planned so; the message says why."""


def plan_engagement(
    kind: str,
    *,
    title: str,
    purpose: str,
    level: str,
    open_to_change: str,
    fixed: str,
    opens_at: datetime,
    closes_at: datetime,
    locality_id: int | None,
    at: datetime,
    by: int | None,
    role: str = "officer",
    methods: str = "",
    support_offered: str = "",
    lead_partner_id: int | None = None,
) -> Engagement:
    """Plan an engagement (R10) and return it with its address. Refused if it ends before it starts."""
    if closes_at <= opens_at:
        raise EngagementRefused("The closing date must be after the opening date")
    engagement = Engagement(
        slug=slug_for(title, set(db.session.scalars(select(Engagement.slug)))),
        kind=kind,
        title=title,
        purpose=purpose,
        level=level,
        open_to_change=open_to_change,
        fixed=fixed,
        methods=methods,
        support_offered=support_offered,
        locality_id=locality_id,
        lead_partner_id=lead_partner_id,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    db.session.add(engagement)
    db.session.flush()
    record(
        Happening.ENGAGEMENT_PLANNED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        kind=kind,
        level=level,
    )
    return engagement


def invite_body(
    engagement: Engagement,
    body_id: int,
    *,
    level: str,
    reason: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Invitation:
    """Ask a body to take part up to ``level``; asking again changes the offer."""
    invitation = db.session.scalar(
        select(Invitation).where(
            Invitation.engagement_id == engagement.id, Invitation.body_id == body_id
        )
    )
    if invitation is None:
        invitation = Invitation(engagement_id=engagement.id, body_id=body_id)
        db.session.add(invitation)
    invitation.level, invitation.reason, invitation.invited_at = level, reason, at
    db.session.flush()
    record(
        Happening.BODY_INVITED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=body_id,
        level=level,
    )
    return invitation


def record_participation(
    engagement_id: int,
    act: str,
    *,
    place: str,
    zone_code: str | None,
    channel: str,
    on_day: date,
    body_id: int | None = None,
    people: int = 1,
) -> ParticipationFact:
    """Record that ``people`` took part (R31): the facts that evidence is drawn from.

    ``place`` is what places.queries.find_place said; a body's own contribution has ``body_id``.
    """
    fact = ParticipationFact(
        engagement_id=engagement_id,
        act=act,
        place=place,
        zone_code=zone_code,
        channel=channel,
        on_day=on_day,
        body_id=body_id,
        people=people,
    )
    db.session.add(fact)
    return fact


def record_ballots(
    engagement_id: int, counts: Mapping[tuple[str, str | None, str], int], *, on_day: date
) -> None:
    """Record a batch of voters, counted by (place, zone, channel): never one at a time."""
    for (place, zone, channel), people in sorted(counts.items(), key=str):
        record_participation(
            engagement_id,
            "ballot",
            place=place,
            zone_code=zone,
            channel=channel,
            on_day=on_day,
            people=people,
        )
