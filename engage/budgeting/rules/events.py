"""Events of a round: what a place may have, what support may be offered, what may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.budgeting.rules.refusals import RoundRefused
from engage.web.rules import N_

#: The kinds of event.
KINDS: Mapping[str, str] = {
    "pitches": N_("Evening of pitches"),
    "drop_in": N_("Drop-in"),
}
#: What a place may have, in the order in which it is told.
ACCESS: Mapping[str, str] = {
    "no_steps": N_("No steps"),
    "toilet": N_("Accessible toilet"),
    "loop": N_("Hearing loop"),
    "changing_place": N_("Changing Places toilet"),
    "parking": N_("Blue Badge parking"),
    "bus": N_("Bus stop near"),
    "quiet": N_("Quiet room"),
}
#: What support may be offered, in the order in which it is told.
SUPPORT: Mapping[str, str] = {
    "travel": N_("Travel costs"),
    "childcare": N_("Childcare"),
    "bsl": N_("British Sign Language interpreter"),
    "language": N_("Interpreter for other languages"),
    "captions": N_("Captions"),
    "carer": N_("Costs of replacement care"),
    "food": N_("Food"),
}
#: The most people that one event of a round can have.
MOST_PEOPLE = 20_000


class EventRefused(RoundRefused):
    """An event can't be kept, changed or counted so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True)
class EventFacts:
    """What is said of an event. ``access`` and ``support`` are keys of ACCESS and SUPPORT."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    access: tuple[str, ...] = ()
    access_note: str = ""
    support: tuple[str, ...] = ()
    ask_for_support: str = ""


def check_event(facts: EventFacts, at: datetime) -> None:
    """Refuse an event that nobody could come to. Raises EventRefused."""
    if facts.starts_at <= at:
        raise EventRefused(N_("Enter a time in the future"), "starts_at")
    if facts.ends_at <= facts.starts_at:
        raise EventRefused(N_("The event must end after it starts"), "ends_at")
    if facts.support and not facts.ask_for_support:
        raise EventRefused(N_("Enter how people ask for support"), "ask_for_support")


def may_change(starts_at: datetime, cancelled_at: datetime | None, at: datetime) -> None:
    """Refuse to change or cancel what is cancelled or has begun. Raises EventRefused."""
    if cancelled_at is not None:
        raise EventRefused(N_("The event is cancelled, and stays on the page as it is"))
    if at >= starts_at:
        raise EventRefused(N_("The event has begun: it can't be changed any more"))


def may_count(ends_at: datetime, cancelled_at: datetime | None, at: datetime) -> None:
    """Refuse to count the people at an event that did not happen yet. Raises EventRefused."""
    if cancelled_at is not None:
        raise EventRefused(N_("The event was cancelled: nobody came"), "attended")
    if at < ends_at:
        raise EventRefused(N_("Enter how many came once the event is over"), "attended")


def pack(keys: tuple[str, ...], known: Mapping[str, str]) -> str:
    """Return the known ones of ``keys`` as they are stored, in the order in which they are told.

    >>> pack(("loop", "no_steps", "moat"), ACCESS)
    'no_steps,loop'
    """
    return ",".join(key for key in known if key in keys)


def unpack(stored: str) -> tuple[str, ...]:
    """Return stored keys as a tuple.

    >>> unpack("no_steps,loop"), unpack("")
    (('no_steps', 'loop'), ())
    """
    return tuple(key for key in stored.split(",") if key)
