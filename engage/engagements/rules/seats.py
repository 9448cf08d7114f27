"""Seats and voices of communities in the partnership's own groups (R16)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from engage.web.rules import N_

LEVELS: dict[str, str] = {
    "board": N_("Board of the partnership"),
    "theme": N_("Theme group"),
    "locality": N_("Locality group"),
}
FATES: dict[str, str] = {
    "open": N_("Still open"),
    "agreed": N_("Agreed"),
    "in_part": N_("Agreed in part"),
    "not_agreed": N_("Not agreed"),
}


class SeatRefused(Exception):
    """What was said of a board or group can't be kept; the message says why."""


@dataclass(frozen=True)
class Standing:
    """What counts of one board or group in a year. ``seats`` and ``votes`` are of communities."""

    name: str
    seats: int
    votes: int
    meetings: int
    came: int
    items: int
    says_why: bool
    monitored: bool

    @property
    def faults(self) -> list[str]:
        """What an officer should mend, in words."""
        found = []
        if not self.seats and not self.says_why:
            found.append(N_("It has no community seat yet, and no reason why"))
        if self.seats and self.meetings and not self.came:
            found.append(N_("No community was at any of its meetings"))
        return found


def holds(from_on: date, until_on: date | None, first: date, last: date) -> bool:
    """Say whether a seat was held on any day from ``first`` to ``last``."""
    return from_on <= last and (until_on is None or until_on >= first)


def year_faults(standings: Collection[Standing], *, is_over: bool) -> list[str]:
    """Return what a whole year lacks (R16): a meeting at which a community asked for an account."""
    faults = []
    if not standings:
        faults.append(N_("No board or group is recorded yet"))
    elif not any(standing.monitored for standing in standings):
        faults.append(
            N_("No meeting looked at how the partnership does with a challenge by a community")
            if is_over
            else N_("A meeting with a challenge by a community is still to come this year")
        )
    return faults


def overlaps(
    spans: Iterable[tuple[date, date | None]], from_on: date, until_on: date | None
) -> bool:
    """Say whether a body's new seat would run beside one that it has in the same group."""
    return any(holds(f, u, from_on, until_on or date.max) for f, u in spans)
