"""The shared calendar (R12): months, clashes, quiet times before elections, repeats."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from engage.engagements.rules.planning import EngagementRefused
from engage.web.rules import N_, UK

#: The kinds of what a partner runs somewhere else.
ENTRY_KINDS: dict[str, str] = {
    "meeting": N_("Meeting"),
    "survey": N_("Survey"),
    "drop_in": N_("Drop-in"),
    "workshop": N_("Workshop"),
    "other": N_("Something else"),
}
#: Asked again about the same within so long: then people are told what changed.
SAME_AGAIN = timedelta(days=183)


class CalendarRefused(EngagementRefused):
    """The entry can't be kept so; the message says why."""


class Item(NamedTuple):
    """What stands on the calendar: an engagement of this site, or a partner's own entry.

    ``key`` is “e12” or “c3”; ``place`` is the locality's id, None the whole area. ``path`` is ''
    where there is no page, and may lead elsewhere. ``is_opened`` False: it is only planned, and has
    asked nobody yet.
    """

    key: str
    title: str
    kind: str
    opens_at: datetime
    closes_at: datetime
    place: int | None
    partner: int | None
    topic: str = ""
    is_public: bool = True
    is_opened: bool = True
    path: str = ""
    about: str = ""
    uid: str = ""
    changed_at: datetime | None = None
    changed_since: str = ""
    is_cancelled: bool = False
    slug: str = ""


@dataclass(frozen=True)
class Quiet:
    """A time before an election in which a council says little: from its first day to the poll."""

    title: str
    first: date
    poll: date


def read_month(text: str | None, today: date) -> date:
    """Return the first day of the month “2027-05”; of this one for anything else."""
    match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text or "", re.ASCII)
    return date(int(match[1]), int(match[2]), 1) if match else today.replace(day=1)


def month_after(first: date, months: int = 1) -> date:
    """Return the first day of the month so many months later (earlier where negative)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def bounds(first: date, until: date) -> tuple[datetime, datetime]:
    """Return the instants from the first day until before the second, as days in the UK."""
    return datetime.combine(first, time(), UK), datetime.combine(until, time(), UK)


def overlap(one: Item, other: Item) -> bool:
    """Say whether two spans have a moment in common."""
    return one.opens_at < other.closes_at and other.opens_at < one.closes_at


def clashes(items: Iterable[Item], others: Sequence[Item]) -> dict[str, list[Item]]:
    """Return for each item which of the others ask the same place at the same time."""
    return {
        item.key: [
            other
            for other in others
            if other.place == item.place and other.key != item.key and overlap(item, other)
        ]
        for item in items
    }


def quiet_times(item: Item, elections: Iterable[Quiet]) -> list[Quiet]:
    """Return the times before elections that an item runs into."""
    first, last = (at.astimezone(UK).date() for at in (item.opens_at, item.closes_at))
    return [quiet for quiet in elections if first <= quiet.poll and last >= quiet.first]


def same_people(one: int | None, other: int | None) -> bool:
    """Say whether two places have people in common: the whole area (None) has some of each."""
    return one is None or other is None or one == other


def asked_before(item: Item, others: Iterable[Item]) -> list[Item]:
    """Return what asked the same people about the same, up to six months before, the last first."""
    if not item.topic:
        return []
    found = [
        other
        for other in others
        if other.key != item.key
        and other.topic == item.topic
        and same_people(item.place, other.place)
        and other.opens_at <= item.opens_at
        and other.closes_at > item.opens_at - SAME_AGAIN
        and other.is_opened
        and not other.is_cancelled
    ]
    return sorted(found, key=lambda other: other.closes_at, reverse=True)
