"""Reads of the shared calendar, of elections, and of what each body is asked in a year (R12)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from engage.bodies.models import CommunityBody
from engage.engagements.models import (
    CalendarEntry,
    Election,
    Engagement,
    EngagementPartner,
    Invitation,
)
from engage.engagements.rules.calendar import (
    SAME_AGAIN,
    Item,
    Quiet,
    asked_before,
    clashes,
    quiet_times,
)
from engage.engagements.rules.planning import KINDS, public_path
from engage.extensions import db
from engage.web.rules import day_of


@dataclass(frozen=True)
class CalendarFilter:
    """What somebody looks for. ``kind`` is a kind of engagement, or “partner” for a partner's own;
    ``place`` finds what is for the whole area too."""

    partner: int | None = None
    place: int | None = None
    kind: str = ""


def calendar_items(
    first: datetime, last: datetime | None, wanted: CalendarFilter, *, public_only: bool
) -> list[Item]:
    """Return what runs at any time from ``first`` until before ``last`` (None: for ever), by time.

    The public sees what was opened and is for everybody; officers see what is planned too, but
    nobody sees an entry that was cancelled.
    """
    items: list[Item] = []
    if wanted.kind != "partner":
        asked = [*_asked_of(wanted), Engagement.closes_at > first]
        if last is not None:
            asked.append(Engagement.opens_at < last)
        if public_only:
            asked += [Engagement.opened_at.is_not(None), Engagement.is_public.is_(True)]
        items += [_item_of(row) for row in db.session.execute(select(*_READ).where(*asked))]
    if wanted.kind in ("", "partner"):
        entries = _entries(wanted).where(
            CalendarEntry.closes_at > first, CalendarEntry.cancelled_at.is_(None)
        )
        if last is not None:
            entries = entries.where(CalendarEntry.opens_at < last)
        if public_only:
            entries = entries.where(CalendarEntry.is_public)
        items += [entry_item(entry) for entry in db.session.scalars(entries)]
    return sorted(items, key=lambda item: (item.opens_at, item.key))


def feed_items(since: datetime, wanted: CalendarFilter) -> list[Item]:
    """Return what the public feed holds: as the page does, and what was cancelled, as such."""
    items = calendar_items(since, None, wanted, public_only=True)
    if wanted.kind in ("", "partner"):
        query = _entries(wanted).where(
            CalendarEntry.closes_at > since,
            CalendarEntry.is_public,
            CalendarEntry.cancelled_at.is_not(None),
        )
        items += [entry_item(entry) for entry in db.session.scalars(query)]
    return items


#: What is read of an engagement.
_READ = (
    Engagement.id,
    Engagement.slug,
    Engagement.title,
    Engagement.kind,
    Engagement.opens_at,
    Engagement.closes_at,
    Engagement.locality_id,
    Engagement.lead_partner_id,
    Engagement.topic,
    Engagement.is_public,
    Engagement.opened_at,
    Engagement.changed_at,
    Engagement.purpose,
    Engagement.changed_since,
)


def _asked_of(wanted: CalendarFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.kind in KINDS:
        asked.append(Engagement.kind == wanted.kind)
    if wanted.partner is not None:
        helped = select(EngagementPartner.engagement_id).where(
            EngagementPartner.partner_id == wanted.partner
        )
        asked.append(or_(Engagement.lead_partner_id == wanted.partner, Engagement.id.in_(helped)))
    if wanted.place is not None:
        asked.append(or_(Engagement.locality_id == wanted.place, Engagement.locality_id.is_(None)))
    return asked


def _item_of(found: Any) -> Item:
    """Return an engagement, or what is read of one, as it stands on the calendar."""
    return Item(
        key=f"e{found.id}",
        title=found.title,
        kind=found.kind,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        place=found.locality_id,
        partner=found.lead_partner_id,
        topic=found.topic,
        is_public=found.is_public and found.opened_at is not None,
        is_opened=found.opened_at is not None,
        path=public_path(found.kind, found.slug),
        about=found.purpose,
        uid=f"engagement-{found.id}",
        changed_at=max(filter(None, (found.changed_at, found.opened_at)), default=None),
        changed_since=found.changed_since,
        slug=found.slug,
    )


def _entries(wanted: CalendarFilter) -> Select[CalendarEntry]:
    query = select(CalendarEntry)
    if wanted.partner is not None:
        query = query.where(CalendarEntry.partner_id == wanted.partner)
    if wanted.place is not None:
        query = query.where(
            or_(CalendarEntry.locality_id == wanted.place, CalendarEntry.locality_id.is_(None))
        )
    return query


def entry_item(entry: CalendarEntry) -> Item:
    """Return a partner's own entry as it stands on the calendar."""
    return Item(
        key=f"c{entry.id}",
        title=entry.title,
        kind="partner",
        opens_at=entry.opens_at,
        closes_at=entry.closes_at,
        place=entry.locality_id,
        partner=entry.partner_id,
        topic=entry.topic,
        is_public=entry.is_public,
        path=entry.link,
        about=entry.about,
        uid=entry.uid,
        changed_at=entry.changed_at,
        changed_since=entry.changed_since,
        is_cancelled=entry.cancelled_at is not None,
    )


def quiet_before_elections(since: date) -> list[Quiet]:
    """Return the times before elections whose poll is not before ``since``, the next first."""
    query = select(Election).where(Election.poll_on >= since).order_by(Election.poll_on)
    return [Quiet(e.title, e.quiet_from, e.poll_on) for e in db.session.scalars(query)]


def all_elections() -> list[Election]:
    """Return every election, the latest first."""
    return list(db.session.scalars(select(Election).order_by(Election.poll_on.desc())))


def around(engagement: Engagement) -> tuple[list[Item], list[Item], list[Quiet]]:
    """Return what asked the same before, what clashes, and which elections are near."""
    return around_item(_item_of(engagement))


def around_item(own: Item) -> tuple[list[Item], list[Item], list[Quiet]]:
    """Return what asked the same before, what clashes, and which elections are near an item."""
    near = calendar_items(
        own.opens_at - SAME_AGAIN, own.closes_at, CalendarFilter(), public_only=False
    )
    others = [item for item in near if item.key != own.key]
    elections = quiet_before_elections(day_of(own.opens_at))
    return (
        asked_before(own, others),
        clashes([own], others)[own.key],
        quiet_times(own, elections),
    )


@dataclass(frozen=True)
class Burden:
    """What a body was asked in a time: how often, for how many minutes, how many topics twice."""

    body_id: int
    name: str
    slug: str
    asked: int
    minutes: int
    repeats: int


def burdens(since: datetime, *, offset: int = 0, limit: int | None = None) -> list[Burden]:
    """Return what each registered body was asked since an instant, the most first."""
    query = _burdens(since).offset(offset).limit(limit)
    return [Burden(row[0], row[1], row[2], *map(int, row[3:])) for row in db.session.execute(query)]


def burden_facts(since: datetime) -> list[tuple[str, int, int, int]]:
    """Return the same for a download: name, times asked, minutes, subjects asked again."""
    return [
        (name, int(asked), int(minutes), int(repeats))
        for _id, name, _slug, asked, minutes, repeats in db.session.execute(_burdens(since))
    ]


def _burdens(since: datetime) -> Select[int, str, str, Any, Any, Any]:
    by_topic = (
        select(
            Invitation.body_id,
            func.count().label("asked"),
            func.sum(func.coalesce(Engagement.minutes_asked, 0)).label("minutes"),
            case((and_(Engagement.topic != "", func.count() > 1), 1), else_=0).label("again"),
        )
        .join(Engagement, Engagement.id == Invitation.engagement_id)
        .where(Invitation.invited_at >= since)
        .group_by(Invitation.body_id, Engagement.topic)
        .subquery()
    )
    total = (
        select(
            by_topic.c.body_id,
            func.sum(by_topic.c.asked).label("asked"),
            func.sum(by_topic.c.minutes).label("minutes"),
            func.sum(by_topic.c.again).label("repeats"),
        )
        .group_by(by_topic.c.body_id)
        .subquery()
    )
    asked, minutes, repeats = (
        func.coalesce(total.c[name], 0) for name in ("asked", "minutes", "repeats")
    )
    return (
        select(
            CommunityBody.id,
            CommunityBody.name,
            CommunityBody.slug,
            asked,
            minutes,
            repeats,
        )
        .outerjoin(total, total.c.body_id == CommunityBody.id)
        .where(CommunityBody.stage == "registered")
        .order_by(asked.desc(), minutes.desc(), CommunityBody.name_key)
    )


def count_bodies() -> int:
    """Return how many bodies ``burdens`` would give without a limit."""
    query = select(func.count()).where(CommunityBody.stage == "registered")
    return db.session.scalar(query) or 0
