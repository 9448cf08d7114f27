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
"""Results of a Place Standard as rows of a file; small numbers are held back in it too."""
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from engage.disclosure.rules import Cell
from engage.engagements.rules.place_standard import KindResult
RESULT_COLUMNS = (
    "exercise",
    "place",
    "first_day",
    "last_day",
    "version",
    "answers_of",
    "theme_number",
    "theme",
    "axis",
    "people_who_scored",
    "mean_1_to_7",
    "people_who_chose_it_as_a_priority",
)
def result_rows(told: Sequence[str], results: Iterable[KindResult]) -> Iterator[Sequence[Any]]:
    """Yield a row for each theme and kind of answers; people alone and groups stay apart.
    ``told`` is what stands first in each row: exercise, place, first and last day, version.
    """
    for result in results:
        for theme in result.themes:
            yield (
                *told,
                "people alone" if result.kind == "individual" else "groups",
                theme.number,
                theme.label,
                theme.axis,
                _shown(theme.people),
                theme.mean if theme.mean is not None else "",
                _shown(theme.priority),
            )
def _shown(cell: Cell) -> int | str:
    return cell if isinstance(cell, int) else str(cell)
