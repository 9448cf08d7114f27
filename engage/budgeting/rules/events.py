"""Events of a round: what is said of one, and what may be changed."""

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
#: The most people that one event of a round can have.
MOST_PEOPLE = 20_000


class EventRefused(RoundRefused):
    """An event can't be kept, changed or counted so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True)
class EventFacts:
    """What is said of an event. ``access`` and ``support`` are keys of engagements.rules.access."""

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
