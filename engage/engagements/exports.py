"""The shared calendar as a feed that calendar programs read (RFC 5545)."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import lru_cache
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from engage.engagements.rules.calendar import Item

#: Who writes the file, as every one says.
PRODUCER = "-//Engage//Shared calendar//EN"


def calendar_feed(
    items: Iterable[Item], *, name: str, base: str, places: Mapping[int, str], whole: str
) -> bytes:
    """Return a calendar of these items. ``base`` is the site's address, ``whole`` its whole area.

    Each keeps its own name for as long as the site keeps its address, so that a change replaces
    what a program already holds. They fill nobody's day: most run for weeks.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    head, end = calendar.to_ical().split(_END)
    events = [
        _event(item, base, whole if item.place is None else places.get(item.place, whole))
        for item in items
    ]
    return b"".join([head, *events, _END, end])


_END = b"END:VCALENDAR"


@lru_cache(maxsize=2000)
def _event(item: Item, base: str, place: str) -> bytes:
    """Write one event, once: calendars that follow the feed ask for all of them every hour."""
    event = Event()
    event.add("uid", f"{item.uid}@{urlsplit(base).hostname or 'localhost'}")
    event.add("dtstamp", (item.changed_at or item.opens_at).astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", item.opens_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtend", item.closes_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", item.title)
    if item.about:
        event.add("description", item.about)
    event.add("location", place)
    if item.path:
        event.add("url", item.path if "://" in item.path else f"{base}{item.path}")
    event.add("status", "CANCELLED" if item.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event.to_ical()
