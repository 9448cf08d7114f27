"""Planning an engagement, inviting bodies to it, and recording who took part."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody
from engage.bodies.queries.wishes import wishes_for
from engage.bodies.rules.register import WISHES
from engage.engagements.actions.declinations import note_offers
from engage.engagements.models import Engagement, Invitation, InvitationAnswer, ParticipationFact
from engage.engagements.queries.planning import invitations_to
from engage.engagements.rules.declinations import Why
from engage.engagements.rules.planning import (
    LEVELS,
    EngagementRefused,
    ReasonNeededRefused,
    invitation_words,
    is_below,
    offer_key,
    public_path,
    reason_needed,
)
from engage.extensions import db
from engage.partners.queries import partnership
from engage.web.filters import long_instant
from engage.web.rules import N_, slug_for

#: Words that stand in addresses beside those of engagements.
RESERVED = {"new", "rules"}
#: What voters of one count have in common: place, zone, channel and age band.
Voters = tuple[str, str | None, str, str | None]


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
    """Plan an engagement (R10) and return it with its address.

    Raises EngagementRefused where it ends before it starts.
    """
    if closes_at <= opens_at:
        raise EngagementRefused(N_("The closing date must be after the opening date"))
    engagement = Engagement(
        slug=slug_for(title, RESERVED | set(db.session.scalars(select(Engagement.slug)))),
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
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise EngagementRefused(
            "Somebody gave another one this title just now. Send yours again"
        ) from None
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


def invite_bodies(
    engagement: Engagement,
    bodies: Sequence[CommunityBody],
    *,
    level: str,
    reason: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
    topic: str = "",
    stage: str = "",
    reason_code: str = "",
    decided_by: str = "",
) -> list[Invitation]:
    """Ask bodies to take part up to ``level``, and tell each what it is offered.

    Asking again changes the offer. The wish for ``topic`` and ``stage`` counts, where a body has
    one. ``reason`` is kept and told only where the offer is less than the body wishes (R04).
    Raises ReasonNeededRefused, naming those bodies, where it is missing, and EngagementRefused
    after the close.
    """
    if at >= engagement.closes_at:
        raise EngagementRefused(N_("It is closed, so groups can’t be asked to take part any more"))
    wishes = wishes_for([body.id for body in bodies], topic, stage)
    below = [body for body in bodies if is_below(level, wishes.get(body.id, ""))]
    if below and not reason:
        raise ReasonNeededRefused(reason_needed([body.name for body in below]))
    standing = invitations_to(engagement.id)
    made = []
    for body in bodies:
        invitation = standing.get(body.id) or Invitation(
            engagement_id=engagement.id, body_id=body.id
        )
        if invitation.id is not None and invitation.level != level:
            db.session.execute(
                delete(InvitationAnswer).where(InvitationAnswer.invitation_id == invitation.id)
            )
        invitation.level, invitation.wish = level, wishes.get(body.id, "")
        invitation.reason = reason if body in below else ""
        invitation.invited_at, invitation.invited_by = at, by
        made.append(invitation)
    db.session.add_all(made)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise EngagementRefused(N_("Somebody asked these groups just now. Look again")) from None
    for invitation, body in zip(made, bodies, strict=True):
        _record_offer(engagement, invitation, body, at=at, by=by, role=role)
    note_offers(made, Why(reason_code, reason, decided_by), at=at, by=by, role=role)
    return made


def answer_invitation(
    invitation: Invitation,
    engagement: Engagement,
    answer: str,
    note: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "representative",
) -> None:
    """Keep what a body answers to what it was asked; the last answer counts.

    Raises EngagementRefused after the close.
    """
    if at >= engagement.closes_at:
        raise EngagementRefused(N_("It is closed, so you can’t answer any more"))
    kept = db.session.get(InvitationAnswer, invitation.id)
    if kept is None:
        kept = InvitationAnswer(invitation_id=invitation.id)
        db.session.add(kept)
    kept.answer, kept.note, kept.answered_at, kept.answered_by = answer, note, at, by
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise EngagementRefused(N_("Somebody of your group just answered. Look again")) from None
    record(
        Happening.BODY_ANSWERED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=invitation.body_id,
        answer=answer,
    )


def _record_offer(
    engagement: Engagement,
    invitation: Invitation,
    body: CommunityBody,
    *,
    at: datetime,
    by: int | None,
    role: str,
) -> None:
    record(
        Happening.BODY_INVITED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=body.id,
        level=invitation.level,
        wish=invitation.wish,
    )
    hidden = engagement.kind == "event" and not (engagement.opened_at and engagement.is_public)
    path = "" if hidden else public_path(engagement.kind, engagement.slug)
    ours = partnership()
    with force_locale("en_GB"):  # not the language of the officer's screen
        subject, text = invitation_words(
            group=body.name,
            title=engagement.title,
            opens=long_instant(engagement.opens_at),
            closes=long_instant(engagement.closes_at),
            offer=LEVELS[invitation.level],
            wish=WISHES.get(invitation.wish, ""),
            reason=invitation.reason,
            page=current_app.config["BASE_URL"] + path if path else "",
            purpose=engagement.purpose,
            contact=" or ".join(filter(None, (ours.contact_phone, ours.contact_email))),
        )
    once = offer_key(invitation.id, invitation.level, invitation.reason)
    if tell_body(body, subject, text, once=once, at=at, topic="invitations"):
        invitation.told_at = at


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
    age_band: str | None = None,
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
        age_band=age_band,
    )
    db.session.add(fact)
    return fact


def record_ballots(engagement_id: int, counts: Mapping[Voters, int], *, on_day: date) -> None:
    """Record a batch of voters by what they have in common: never one at a time."""
    for (place, zone, channel, age_band), people in sorted(counts.items(), key=str):
        record_participation(
            engagement_id,
            "ballot",
            place=place,
            zone_code=zone,
            channel=channel,
            on_day=on_day,
            people=people,
            age_band=age_band,
        )


def replace_ballots(engagement_id: int, counts: Mapping[Voters, int], *, on_day: date) -> None:
    """Record a batch of voters in place of every batch before it (see ``record_ballots``)."""
    db.session.execute(
        delete(ParticipationFact).where(
            ParticipationFact.engagement_id == engagement_id, ParticipationFact.act == "ballot"
        )
    )
    record_ballots(engagement_id, counts, on_day=on_day)
