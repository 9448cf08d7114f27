"""Events of an engagement: the methods there are, what is said of one, who may be counted how."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engage.disclosure.rules import Cell, hold_back_row
from engage.places.rules import PostcodeRefused, tidy_postcode
from engage.web.rules import N_

#: The methods that an installation starts with, by key: name, and what each is good for.
METHODS: Mapping[str, tuple[str, str]] = {
    "meeting": (N_("Public meeting"), N_("Anybody may come, hear and ask.")),
    "drop_in": (N_("Drop-in"), N_("People come when it suits them, look and talk.")),
    "workshop": (N_("Workshop"), N_("A group works through a question together.")),
    "charrette": (
        N_("Charrette"),
        N_("Residents and designers draw up a place together, over several days."),
    ),
    "focus_group": (N_("Focus group"), N_("A few people who share something talk in depth.")),
    "walkabout": (N_("Walkabout"), N_("People walk through the place and say what they see.")),
    "street_stall": (N_("Street stall"), N_("We go where people are: shops, fairs, ferries.")),
    "survey": (N_("Survey on the doorstep"), N_("We ask people at home, one after another.")),
    "planning_for_real": (
        N_("Planning for Real"),
        N_("People put what they want on a model or a map of their place."),
    ),
    "place_standard": (
        N_("Place Standard conversation"),
        N_("A group talks through 14 themes of its place and gives each a number."),
    ),
    "citizens_jury": (
        N_("Citizens’ jury"),
        N_("People chosen by lot hear evidence and make recommendations."),
    ),
    "online": (N_("Online meeting"), N_("People join by telephone or computer from home.")),
    "creative": (N_("Arts and play"), N_("People say it with pictures, film, stories or games.")),
}
#: How those who can be recognised on a photograph agreed that it is shown.
CONSENTS: Mapping[str, str] = {
    "agreed": N_("Everybody who can be recognised agreed, in writing"),
    "parents": N_("Everybody agreed, and for children a parent or carer did too"),
    "nobody": N_("Nobody can be recognised"),
}
#: How an event stands, seen from now.
TIMES: Mapping[str, str] = {
    "now": N_("On now"),
    "coming": N_("Coming"),
    "past": N_("Took place"),
    "cancelled": N_("Cancelled"),
}
#: The most people at one event, and photographs of one.
MOST_PEOPLE, MOST_PHOTOGRAPHS = 20_000, 12
#: The most people from one place in one entry of a list of postcodes.
MOST_FROM_ONE = 999
#: How many faults of a list of postcodes an officer reads at once.
FAULTS_SHOWN = 5
_SEVERAL = re.compile(r"(.*?)\s*(?:[x×*]\s*([0-9]{1,4}))?\s*", re.IGNORECASE | re.DOTALL)


class EventRefused(Exception):
    """An event can't be kept, changed or counted so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True)
class Method:
    """A method as the catalogue tells it. ``is_offered`` False: no new event uses it."""

    key: str
    name: str
    words: str
    is_offered: bool = True


def catalogue(kept: Sequence[Method]) -> list[Method]:
    """Return the methods that we start with, as officers changed them, and those they added."""
    changed = {method.key: method for method in kept}
    first = [changed.pop(key, Method(key, *told)) for key, told in METHODS.items()]
    return [*first, *sorted(changed.values(), key=lambda method: method.name.casefold())]


@dataclass(frozen=True)
class EventFacts:
    """What is said of an event. ``access`` and ``support`` are keys of rules.access."""

    title: str
    method: str
    starts_at: datetime
    ends_at: datetime
    place: str
    locality_id: int | None = None
    capacity: int | None = None
    access: tuple[str, ...] = ()
    access_note: str = ""
    support: tuple[str, ...] = ()
    ask_for_support: str = ""


@dataclass(frozen=True)
class Attendance:
    """How many came: in all, by postcode (with how many from each), and by locality's id."""

    people: int
    postcodes: Mapping[str, int] = field(default_factory=dict)
    localities: Mapping[int, int] = field(default_factory=dict)


def check_event(facts: EventFacts) -> None:
    """Refuse an event that nobody could come to. Raises EventRefused.

    Its time may have passed: an officer may enter an event that took place before.
    """
    if facts.ends_at <= facts.starts_at:
        raise EventRefused(N_("The event must end after it starts"), "ends_at")
    if facts.support and not facts.ask_for_support:
        raise EventRefused(N_("Enter how people ask for support"), "ask_for_support")


def time_of(
    starts_at: datetime, ends_at: datetime, cancelled_at: datetime | None, at: datetime
) -> str:
    """Return a key of TIMES: how an event stands, seen from now."""
    if cancelled_at is not None:
        return "cancelled"
    if at >= ends_at:
        return "past"
    return "now" if at >= starts_at else "coming"


def refuse_cancelled(cancelled_at: datetime | None) -> None:
    """Refuse to change or cancel what is cancelled. Raises EventRefused."""
    if cancelled_at is not None:
        raise EventRefused(N_("The event is cancelled, and stays on the page as it is"))


def may_count(ends_at: datetime, cancelled_at: datetime | None, at: datetime) -> None:
    """Refuse to count the people at an event that did not happen yet. Raises EventRefused."""
    if cancelled_at is not None:
        raise EventRefused(N_("The event was cancelled: nobody came"), "people")
    if at < ends_at:
        raise EventRefused(N_("Enter how many came once the event is over"), "people")


def read_postcodes(typed: str) -> dict[str, int]:
    """Return how many came from each postcode of a list; a postcode may stand more than once.

    Entries stand on lines of their own or between commas, and “AB10 1AB x 3” is three people.
    Raises EventRefused that names the first entries which are no postcode.

    >>> read_postcodes("ab10 1ab x2, AB10 1AC\\nAB10 1AB")
    {'AB101AB': 3, 'AB101AC': 1}
    """
    found: Counter[str] = Counter()
    faults: list[str] = []
    for entry in filter(None, (part.strip() for part in re.split(r"[\n,;]", typed))):
        match = _SEVERAL.fullmatch(entry)
        people = int(match[2] or 1) if match else 1
        try:
            postcode = tidy_postcode(match[1] if match else entry)
        except PostcodeRefused:
            faults.append(entry[:20])
            continue
        if not 1 <= people <= MOST_FROM_ONE:
            faults.append(entry[:20])
        found[postcode] += people
    if faults:
        more = len(faults) - FAULTS_SHOWN
        raise EventRefused(
            "Enter postcodes like AB10 1AB, or AB10 1AB x 3 for three people. Put right: "
            + "; ".join(f"“{fault}”" for fault in faults[:FAULTS_SHOWN])
            + (f" and {more} more" if more > 0 else ""),
            "postcodes",
        )
    return dict(found)


def check_attendance(count: Attendance, by_postcode: int) -> None:
    """Refuse to place more people than came. Raises EventRefused.

    ``by_postcode`` are those whom postcodes place, of this count or of the one before.
    """
    placed = by_postcode + sum(count.localities.values())
    if placed > count.people:
        raise EventRefused(
            f"You placed {placed:,} people, more than the {count.people:,} who came. "
            "Count each person once: by postcode, or by area",
            "people",
        )


def shown_attendance(
    places: Sequence[tuple[str, int]], people: int, threshold: int
) -> tuple[list[tuple[str, Cell]], Cell, Cell]:
    """Return who came from where as it may be published: places, those not placed, and all.

    ``places`` are names with how many came from there. No sum gives a held-back count away (R74).
    """
    elsewhere = people - sum(count for _name, count in places)
    cells, total = hold_back_row(
        [*(count for _name, count in places), elsewhere], people, threshold
    )
    return (
        [(name, cell) for (name, _count), cell in zip(places, cells, strict=False)],
        cells[-1],
        total,
    )
