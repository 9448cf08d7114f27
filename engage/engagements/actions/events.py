"""Planning events, cancelling them, counting who came, and keeping what was said and seen there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.clock import UK
from engage.engagements.actions.methods import keep_method
from engage.engagements.actions.planning import record_participation
from engage.engagements.models import (
    EngagementEvent,
    EventArea,
    EventPhotograph,
    ParticipationFact,
)
from engage.engagements.queries.events import (
    event_slugs,
    photographs_of,
    placed_by_postcode,
)
from engage.engagements.rules.access import ACCESS, SUPPORT, pack
from engage.engagements.rules.events import (
    CONSENTS,
    MOST_PHOTOGRAPHS,
    Attendance,
    EventFacts,
    EventRefused,
    check_attendance,
    check_event,
    may_count,
    refuse_cancelled,
)
from engage.extensions import db
from engage.places.rules import Placing
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import Pair
from engage.web.rules import N_, slug_for


def plan_event(
    engagement_id: int, facts: EventFacts, *, at: datetime, by: int | None, role: str = "officer"
) -> EngagementEvent:
    """Plan an event of an engagement; it is public from now on. Raises EventRefused."""
    check_event(facts)
    event = EngagementEvent(
        engagement_id=engagement_id,
        slug=slug_for(facts.title, event_slugs() | {"past"}),
        **_columns(facts),
    )
    db.session.add(event)
    db.session.flush()
    _record(Happening.EVENT_PLANNED, event, at, by, role, engagement=engagement_id)
    return event


def change_event(
    event: EngagementEvent,
    facts: EventFacts,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change what is said of an event. Raises EventRefused.

    Once people were counted its times stay: the count is of that day.
    """
    refuse_cancelled(event.cancelled_at)
    check_event(facts)
    same_times = (facts.starts_at, facts.ends_at) == (event.starts_at, event.ends_at)
    if event.attended is not None and not same_times:
        raise EventRefused(N_("People were counted at this event, so its times stay"), "starts_at")
    for name, value in _columns(facts).items():
        setattr(event, name, value)
    _record(Happening.EVENT_CHANGED, event, at, by, role)


def cancel_event(
    event: EngagementEvent, reason: str, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Cancel an event that is not over; it stays on its page, with the reason."""
    refuse_cancelled(event.cancelled_at)
    if at >= event.ends_at:
        raise EventRefused(N_("The event is over: it can’t be cancelled any more"))
    event.cancelled_at, event.cancel_reason = at, reason
    _record(Happening.EVENT_CANCELLED, event, at, by, role)


def count_attendance(
    event: EngagementEvent,
    count: Attendance,
    placings: Mapping[str, Placing],
    body_ids: Sequence[int] = (),
    *,
    keeps_placed: bool = False,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record how many came to an event and from where, in place of an earlier count (R31).

    ``placings`` says where each postcode of the count lies: only that is kept, never a postcode.
    ``keeps_placed``: the places of an earlier count stand, since nobody typed its postcodes again.
    Raises EventRefused.
    """
    may_count(event.ends_at, event.cancelled_at, at)
    placed: Counter[tuple[str, str | None]] = Counter()
    for postcode, people in count.postcodes.items():
        placed[placings[postcode].place, placings[postcode].zone_code] += people
    if keeps_placed:
        placed.update({(where, zone): n for where, zone, n in placed_by_postcode(event.id)})
    check_attendance(count, sum(placed.values()))
    _forget_count(event)
    event.attended, event.counted_at = count.people, at
    db.session.flush()
    rest = count.people - sum(placed.values())
    if rest:
        placed["not_given", None] += rest
    for (where, zone), people in sorted(placed.items(), key=str):
        _count(event, where, zone, people=people)
    for body_id in dict.fromkeys(body_ids):
        _count(event, "not_given", None, body_id=body_id)
    db.session.add_all(
        EventArea(event_id=event.id, locality_id=locality_id, people=people)
        for locality_id, people in sorted(count.localities.items())
        if people
    )
    _record(Happening.EVENT_COUNTED, event, at, by, role, people=count.people, groups=len(body_ids))


def _forget_count(event: EngagementEvent) -> None:
    db.session.execute(delete(ParticipationFact).where(ParticipationFact.event_id == event.id))
    db.session.execute(delete(EventArea).where(EventArea.event_id == event.id))


def _count(
    event: EngagementEvent,
    place: str,
    zone: str | None,
    *,
    people: int = 1,
    body_id: int | None = None,
) -> None:
    fact = record_participation(
        event.engagement_id,
        "attendance",
        place=place,
        zone_code=zone,
        channel="event",
        on_day=event.starts_at.astimezone(UK).date(),
        body_id=body_id,
        people=people,
    )
    fact.event_id = event.id


def write_notes(event: EngagementEvent, rough: str, notes: str) -> None:
    """Keep notes of an event: the rough ones for officers, and what everybody may read.

    Published notes change on the page at once. Raises EventRefused where they would be emptied.
    """
    if event.notes_published_at is not None and not notes:
        raise EventRefused(N_("These notes are published: change them, but leave some"), "notes")
    event.rough_notes, event.notes = rough, notes
    db.session.flush()


def publish_notes(
    event: EngagementEvent, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Show the notes that everybody may read on the event's page. Raises EventRefused."""
    if at < event.ends_at:
        raise EventRefused(N_("Publish what was said once the event is over"), "notes")
    if not event.notes:
        raise EventRefused(N_("Write what was said before you publish it"), "notes")
    event.notes_published_at = at
    _record(Happening.EVENT_NOTES_PUBLISHED, event, at, by, role)


def add_photograph(
    event: EngagementEvent,
    made: Pair,
    alt: str,
    *,
    consent: str,
    consent_on: date,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> EventPhotograph:
    """Show a photograph on an event's page, with how those on it agreed. Raises EventRefused."""
    if consent not in CONSENTS:
        raise EventRefused(N_("Say how those who can be recognised agreed"), "consent")
    if consent_on > at.astimezone(UK).date():
        raise EventRefused(N_("The day of their consent must be today or earlier"), "consent_on")
    if len(photographs_of(event.id)) >= MOST_PHOTOGRAPHS:
        raise EventRefused(f"An event has {MOST_PHOTOGRAPHS} photographs at most", "photograph")
    photograph = EventPhotograph(
        event_id=event.id,
        picture=keep_picture(made, alt, at=at),
        consent=consent,
        consent_on=consent_on,
        consent_by=by,
    )
    db.session.add(photograph)
    _record(Happening.EVENT_PHOTOGRAPHED, event, at, by, role, consent=consent)
    return photograph


def remove_photograph(
    event: EngagementEvent,
    photograph: EventPhotograph,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Take a photograph away, and out of the database: somebody on it may have asked."""
    picture = photograph.picture
    db.session.delete(photograph)
    db.session.flush()
    db.session.delete(picture)
    _record(Happening.EVENT_PHOTOGRAPH_REMOVED, event, at, by, role)


def _columns(facts: EventFacts) -> dict[str, Any]:
    told = {one.name: getattr(facts, one.name) for one in fields(facts)}
    told["method_key"] = keep_method(told.pop("method")).key
    return told | {
        "access": pack(facts.access, ACCESS),
        "support": pack(facts.support, SUPPORT),
    }


def _record(
    happening: Happening,
    event: EngagementEvent,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    record(
        happening,
        f"engagement_event:{event.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        **detail,
    )
