"""Reads of events: the catalogue of methods, what comes and what was, who came from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from engage.bodies.models import CommunityBody
from engage.bodies.rules.register import name_key
from engage.engagements.models import (
    Engagement,
    EngagementEvent,
    EngagementMethod,
    EventArea,
    EventPhotograph,
    ParticipationFact,
)
from engage.engagements.rules.events import Method, catalogue
from engage.extensions import db
from engage.places.models import Locality, LocalityZone
from engage.web.kept_pictures import Picture


@dataclass(frozen=True)
class EventFilter:
    """What is looked for; '' and None ask for nothing. ``time`` is “coming” or “past”.

    ``public_only`` leaves out what belongs to an engagement by invitation only.
    """

    time: str = ""
    words: str = ""
    locality_id: int | None = None
    public_only: bool = False


@dataclass(frozen=True)
class CameFrom:
    """Who came to an event: people by locality's name, and from outside; in all; and groups."""

    places: list[tuple[str, int]]
    outside: int
    people: int
    bodies: list[CommunityBody]


def methods() -> list[Method]:
    """Return the catalogue of methods: those that we start with first."""
    kept = db.session.scalars(select(EngagementMethod))
    return catalogue([Method(m.key, m.name, m.words, m.is_offered) for m in kept])


def method_row(key: str) -> EngagementMethod | None:
    """Return a method that an officer used or changed."""
    return db.session.get(EngagementMethod, key)


def event_by_slug(slug: str) -> EngagementEvent | None:
    """Return the event at this address, with what it belongs to."""
    return db.session.scalar(
        select(EngagementEvent)
        .options(
            joinedload(EngagementEvent.engagement),
            joinedload(EngagementEvent.method),
            joinedload(EngagementEvent.locality),
        )
        .where(EngagementEvent.slug == slug)
    )


def event_slugs() -> set[str]:
    """Return the addresses that events have taken."""
    return set(db.session.scalars(select(EngagementEvent.slug)))


def find_events(
    wanted: EventFilter, at: datetime, *, offset: int = 0, limit: int | None = None
) -> Sequence[Any]:
    """Return the events looked for: what comes with the soonest first, else the latest first.

    Rows of ``slug``, ``title``, ``starts_at``, ``ends_at``, ``cancelled_at``, ``place``,
    ``method`` and ``area`` (by name, or None), ``part_of`` (title), ``attended`` and
    ``notes_published_at``.
    """
    return db.session.execute(_found(wanted).offset(offset).limit(limit), {"at": at}).all()


@lru_cache(maxsize=64)
def _found(wanted: EventFilter) -> Select[*tuple[Any, ...]]:
    event = EngagementEvent
    by = event.starts_at if wanted.time == "coming" else event.starts_at.desc()
    return (
        _events(wanted)
        .join(event.engagement)
        .join(event.method)
        .outerjoin(event.locality)
        .with_only_columns(
            event.slug, event.title, event.starts_at, event.ends_at, event.cancelled_at,
            event.place, EngagementMethod.name.label("method"), Locality.name.label("area"),
            Engagement.title.label("part_of"), event.attended, event.notes_published_at,
        )
        .order_by(by, event.id)
    )  # fmt: skip


def event_rows() -> Sequence[Any]:
    """Return every event as rows for a download, the latest first."""
    event = EngagementEvent
    return db.session.execute(
        select(
            event.title, Engagement.title.label("part_of"), EngagementMethod.name, event.starts_at,
            event.ends_at, Locality.name.label("area"), event.attended,
        )
        .join(event.engagement)
        .join(event.method)
        .outerjoin(event.locality)
        .order_by(event.starts_at.desc(), event.id)
    ).all()  # fmt: skip


def count_events(wanted: EventFilter, at: datetime) -> int:
    """Return how many events ``find_events`` would give without a limit."""
    return db.session.scalar(_number(wanted), {"at": at}) or 0


@lru_cache(maxsize=64)
def _number(wanted: EventFilter) -> Select[int]:
    return _events(wanted).with_only_columns(func.count(EngagementEvent.id))


def events_of(engagement_id: int) -> list[EngagementEvent]:
    """Return the events of an engagement, the first one first."""
    return list(db.session.scalars(_events_of(), {"engagement_id": engagement_id}))


@cache
def _events_of() -> Select[EngagementEvent]:
    event = EngagementEvent
    query = select(event).where(event.engagement_id == bindparam("engagement_id"))
    return query.order_by(event.starts_at, event.id)


def events_waiting(at: datetime) -> int:
    """Return how many events are over, took place, and nobody said yet how many came."""
    return db.session.scalar(select(func.count(EngagementEvent.id)).where(is_uncounted(at))) or 0


def is_uncounted(at: Any) -> ColumnElement[bool]:
    """Say of an event that it was over by ``at``, took place, and nobody said how many came."""
    event = EngagementEvent
    return and_(event.ends_at <= at, event.cancelled_at.is_(None), event.attended.is_(None))


def _events(wanted: EventFilter) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(EngagementEvent)
    if wanted.public_only:
        everybody = select(Engagement.id).where(Engagement.is_public)
        query = query.where(EngagementEvent.engagement_id.in_(everybody))
    if wanted.time == "coming":
        query = query.where(EngagementEvent.ends_at > bindparam("at"))
    elif wanted.time == "past":
        query = query.where(EngagementEvent.ends_at <= bindparam("at"))
    for word in wanted.words.casefold().split():
        query = query.where(
            or_(
                func.lower(EngagementEvent.title).contains(word, autoescape=True),
                func.lower(EngagementEvent.place).contains(word, autoescape=True),
            )
        )
    if wanted.locality_id is not None:
        query = query.where(EngagementEvent.locality_id == wanted.locality_id)
    return query


def engagement_choices(since: datetime) -> list[tuple[str, str]]:
    """Return (id as text, title) of each engagement that had not closed by ``since``, by title."""
    rows = db.session.execute(
        select(Engagement.id, Engagement.title)
        .where(Engagement.closes_at > since)
        .order_by(Engagement.title, Engagement.id)
    )
    return [(str(key), title) for key, title in rows]


def came_from(event: EngagementEvent) -> CameFrom:
    """Return who came to an event, from where, and which groups; nothing before it is counted."""
    people = func.sum(ParticipationFact.people)
    of_people = (ParticipationFact.event_id == event.id, ParticipationFact.body_id.is_(None))
    by_zone = db.session.execute(
        select(Locality.name, people)
        .join(LocalityZone, LocalityZone.zone_code == ParticipationFact.zone_code)
        .join(Locality, Locality.id == LocalityZone.locality_id)
        .where(*of_people, ParticipationFact.place == "matched")
        .group_by(Locality.name)
    )
    told = db.session.execute(
        select(Locality.name, EventArea.people)
        .join(Locality, Locality.id == EventArea.locality_id)
        .where(EventArea.event_id == event.id)
    )
    places: dict[str, int] = {}
    for name, count in [*by_zone, *told]:
        places[name] = places.get(name, 0) + int(count)
    outside = db.session.scalar(
        select(people).where(*of_people, ParticipationFact.place == "outside")
    )
    return CameFrom(
        sorted(places.items()), int(outside or 0), event.attended or 0, bodies_at(event.id)
    )


def bodies_at(event_id: int) -> list[CommunityBody]:
    """Return the groups that attended an event, by name."""
    came = select(ParticipationFact.body_id).where(ParticipationFact.event_id == event_id)
    query = select(CommunityBody).where(CommunityBody.id.in_(came))
    return list(db.session.scalars(query.order_by(CommunityBody.name_key)))


def bodies_named(names: Sequence[str]) -> dict[str, CommunityBody]:
    """Return the registered groups with these names, by the key of each name."""
    keys = [name_key(name) for name in names]
    query = select(CommunityBody).where(
        CommunityBody.stage == "registered", CommunityBody.name_key.in_(keys)
    )
    return {body.name_key: body for body in db.session.scalars(query)}


def areas_told(event_id: int) -> dict[int, int]:
    """Return how many people were counted by hand from each locality, by its id."""
    rows = db.session.execute(
        select(EventArea.locality_id, EventArea.people).where(EventArea.event_id == event_id)
    )
    return dict(rows.all())


def placed_by_postcode(event_id: int) -> list[tuple[str, str | None, int]]:
    """Return (place, zone, people) of those at an event who were counted by their postcode."""
    rows = db.session.execute(
        select(ParticipationFact.place, ParticipationFact.zone_code, ParticipationFact.people)
        .where(
            ParticipationFact.event_id == event_id,
            ParticipationFact.body_id.is_(None),
            ParticipationFact.place != "not_given",
        )
        .order_by(ParticipationFact.id)
    )
    return [(place, zone, people) for place, zone, people in rows]


def photograph_of(event_id: int, public_id: str) -> EventPhotograph | None:
    """Return one photograph of an event."""
    return db.session.scalar(
        select(EventPhotograph)
        .join(EventPhotograph.picture)
        .where(EventPhotograph.event_id == event_id, Picture.public_id == public_id)
    )


def photographs_of(event_id: int) -> list[EventPhotograph]:
    """Return the photographs of an event, in the order in which they came."""
    query = (
        select(EventPhotograph)
        .options(joinedload(EventPhotograph.picture))
        .where(EventPhotograph.event_id == event_id)
        .order_by(EventPhotograph.id)
    )
    return list(db.session.scalars(query))
