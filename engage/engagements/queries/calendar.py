"""Reads of the shared calendar, of elections, and of what each body is asked in a year (R12)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import RegisterFilter, body_names
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
from engage.extensions import db, many_rows
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
    times = {"first": first, "last": last}
    if wanted.kind != "partner":
        ours = _engagements(wanted, has_end=last is not None, public_only=public_only)
        items += [_item_of(row) for row in db.session.execute(ours, times)]
    if wanted.kind in ("", "partner"):
        theirs = _entries(wanted, has_end=last is not None, public_only=public_only)
        items += [entry_item(row) for row in db.session.execute(theirs, times)]
    return sorted(items, key=lambda item: (item.opens_at, item.key))


def feed_items(since: datetime, wanted: CalendarFilter) -> list[Item]:
    """Return what the public feed holds: as the page does, and what was cancelled, as such."""
    items = calendar_items(since, None, wanted, public_only=True)
    if wanted.kind in ("", "partner"):
        ended = _entries(wanted, has_end=False, public_only=True, cancelled=True)
        items += [entry_item(row) for row in db.session.execute(ended, {"first": since})]
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


#: What is read of a partner's own entry.
_READ_ENTRY = (
    CalendarEntry.id,
    CalendarEntry.title,
    CalendarEntry.opens_at,
    CalendarEntry.closes_at,
    CalendarEntry.locality_id,
    CalendarEntry.partner_id,
    CalendarEntry.topic,
    CalendarEntry.is_public,
    CalendarEntry.link,
    CalendarEntry.about,
    CalendarEntry.uid,
    CalendarEntry.changed_at,
    CalendarEntry.changed_since,
    CalendarEntry.cancelled_at,
)


@lru_cache(maxsize=64)
def _engagements(
    wanted: CalendarFilter, *, has_end: bool, public_only: bool
) -> Select[*tuple[Any, ...]]:
    """Engagements that run at some time from ``first``, and begin before ``last``."""
    asked = [*_asked_of(wanted), Engagement.closes_at > bindparam("first")]
    if has_end:
        asked.append(Engagement.opens_at < bindparam("last"))
    if public_only:
        asked += [Engagement.opened_at.is_not(None), Engagement.is_public.is_(True)]
    return select(*_READ).where(*asked)


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


@lru_cache(maxsize=64)
def _entries(
    wanted: CalendarFilter, *, has_end: bool, public_only: bool, cancelled: bool = False
) -> Select[*tuple[Any, ...]]:
    """Partners' own entries that run at some time from ``first``, and begin before ``last``."""
    entry = CalendarEntry
    query: Select[*tuple[Any, ...]] = select(*_READ_ENTRY).where(
        entry.closes_at > bindparam("first"),
        entry.cancelled_at.is_not(None) if cancelled else entry.cancelled_at.is_(None),
    )
    if has_end:
        query = query.where(entry.opens_at < bindparam("last"))
    if public_only:
        query = query.where(entry.is_public)
    if wanted.partner is not None:
        query = query.where(CalendarEntry.partner_id == wanted.partner)
    if wanted.place is not None:
        query = query.where(
            or_(CalendarEntry.locality_id == wanted.place, CalendarEntry.locality_id.is_(None))
        )
    return query


def entry_item(entry: Any) -> Item:
    """Return a partner's own entry, or what is read of one, as it stands on the calendar."""
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
    rows = db.session.execute(_elections(), {"since": since})
    return [Quiet(title, quiet_from, poll_on) for title, quiet_from, poll_on in rows]


@cache
def _elections() -> Select[str, date, date]:
    query = select(Election.title, Election.quiet_from, Election.poll_on)
    return query.where(Election.poll_on >= bindparam("since")).order_by(Election.poll_on)


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


def burdens(since: datetime, *, offset: int = 0, limit: int = 50) -> list[Burden]:
    """Return what each registered body was asked since an instant, the most first.

    Those that were asked nothing come last, by name.
    """
    asked = _read(_asked(), since, offset, limit)
    again = _asked_again(since, [row.id for row in asked])
    found = [
        Burden(id_, name, slug, times, minutes, again.get(id_, 0))
        for id_, name, slug, times, minutes in asked
    ]
    if len(found) == limit:
        return found
    start = offset - _count_asked(since) if offset and not found else 0
    rest = _read(_unasked(), since, start, limit - len(found))
    return found + [Burden(id_, name, slug, 0, 0, 0) for id_, name, slug in rest]


def burden_facts(since: datetime) -> list[tuple[str, int, int, int]]:
    """Return the same for a download: name, times asked, minutes, subjects asked again."""
    again, rows = _asked_again(since), many_rows(_given(), {"since": since})
    given = {body_id: (times, minutes) for body_id, times, minutes in rows}
    facts = [
        (name, *given.get(id_, (0, 0)), again.get(id_, 0))
        for id_, name in body_names(RegisterFilter())
    ]
    return sorted(facts, key=lambda fact: (-fact[1], -fact[2]))


def _read(
    query: Select[*tuple[Any, ...]], since: datetime, offset: int, limit: int
) -> Sequence[Any]:
    return db.session.execute(query.limit(limit).offset(offset), {"since": since}).all()


@cache
def _given() -> Select[int, int, int]:
    """How often each body was asked, registered or not, and for how many minutes."""
    return (
        select(
            Invitation.body_id,
            func.count().label("asked"),
            func.sum(func.coalesce(Engagement.minutes_asked, 0)).label("minutes"),
        )
        .join(Engagement, Engagement.id == Invitation.engagement_id)
        .where(Invitation.invited_at >= bindparam("since"))
        .group_by(Invitation.body_id)
    )


@cache
def _asked() -> Select[*tuple[Any, ...]]:
    """The registered bodies that were asked anything: fewer than all, and so read first."""
    given, body = _given().subquery(), CommunityBody
    return (
        select(body.id, body.name, body.slug, given.c.asked, given.c.minutes)
        .join(given, given.c.body_id == body.id)
        .where(body.stage == "registered")
        .order_by(given.c.asked.desc(), given.c.minutes.desc(), body.name_key)
    )


@cache
def _unasked() -> Select[*tuple[Any, ...]]:
    asked = exists().where(
        Invitation.body_id == CommunityBody.id, Invitation.invited_at >= bindparam("since")
    )
    return (
        select(CommunityBody.id, CommunityBody.name, CommunityBody.slug)
        .where(CommunityBody.stage == "registered", ~asked)
        .order_by(CommunityBody.name_key)
    )


def _count_asked(since: datetime) -> int:
    query = select(func.count()).select_from(_asked().order_by(None).subquery())
    return db.session.scalar(query, {"since": since}) or 0


def _asked_again(since: datetime, body_ids: Collection[int] | None = None) -> dict[int, int]:
    """About how many subjects each body was asked more than once; one without any is absent.

    Without ``body_ids`` of every body.
    """
    query = (
        select(Invitation.body_id)
        .join(Engagement, Engagement.id == Invitation.engagement_id)
        .where(Invitation.invited_at >= since, Engagement.topic != "")
        .group_by(Invitation.body_id, Engagement.topic)
        .having(func.count() > 1)
    )
    if body_ids is not None:
        query = query.where(Invitation.body_id.in_(list(body_ids)))
    return Counter(db.session.scalars(query))


def count_bodies() -> int:
    """Return how many bodies ``burdens`` would give without a limit."""
    query = select(func.count()).where(CommunityBody.stage == "registered")
    return db.session.scalar(query) or 0
