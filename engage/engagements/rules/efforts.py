"""Efforts to reach people, and support so that they can take part (R05, R06): plain rules."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from engage.disclosure.rules import Cell, hold_back_table
from engage.web.rules import N_

#: How people were tried to be reached.
CHANNELS: dict[str, str] = {
    "email": N_("Email"),
    "letter": N_("Letter"),
    "phone": N_("Phone call"),
    "visit": N_("Visit"),
    "event": N_("At an event"),
    "school": N_("Through a school or club"),
    "messenger": N_("Through somebody they trust"),
    "social": N_("Social media"),
}
RESPONSES: dict[str, str] = {
    "yes": N_("Yes, they take part"),
    "no": N_("No, they do not want to"),
    "none": N_("No reply"),
}
#: What keeps people from taking part.
BARRIERS: dict[str, str] = {
    "transport": N_("Getting there"),
    "childcare": N_("Looking after children or others"),
    "assistance": N_("Personal assistance"),
    "venue": N_("Getting into or around the venue"),
    "interpreter": N_("An interpreter"),
    "bsl": N_("British Sign Language"),
    "translation": N_("Translation of texts"),
    "communication": N_("A communication aid"),
    "timing": N_("The day or the time"),
    "digital": N_("Getting online"),
    "expenses": N_("Costs of taking part"),
    "skills": N_("Skills or confidence"),
    "constitution": N_("A constitution or a bank account"),
}
OUTCOMES: dict[str, str] = {
    "met": N_("Met"),
    "part": N_("Met in part"),
    "not_met": N_("Not met"),
}
OPEN = N_("No outcome yet")


class EffortRefused(Exception):
    """The effort or the support can't be recorded so; the message says what to do."""


@dataclass(frozen=True)
class Tried:
    """One attempt, as far as advice about the next one needs it."""

    on_day: date
    channel: str
    response: str


def other_channels(attempts: Iterable[Tried]) -> list[str]:
    """Return which channels to try next where nobody replied by the only one that was tried.

    [] where somebody replied, or where two channels or more were tried, or none.
    """
    tried = list(attempts)
    used = {one.channel for one in tried}
    if len(used) != 1 or any(one.response != "none" for one in tried):
        return []
    return [channel for channel in CHANNELS if channel not in used]


def efforts_table(
    counts: Iterable[tuple[str, str, int]], threshold: int
) -> tuple[list[tuple[str, list[Cell], Cell]], list[Cell], Cell]:
    """Return attempts by channel and response, with totals, small numbers held back.

    ``counts`` are channel, response, how many. ``threshold`` 1 holds nothing back. Only channels
    that were used have a row.
    """
    cells = Counter({(channel, response): n for channel, response, n in counts})
    used = [c for c in CHANNELS if any(cells[c, response] for response in RESPONSES)]
    rows, row_totals, totals, total = hold_back_table(
        [[cells[c, response] for response in RESPONSES] for c in used], threshold
    )
    return list(zip(used, rows, row_totals, strict=True)), totals, total


def support_table(
    counts: Iterable[tuple[str, str, int]], threshold: int
) -> tuple[list[tuple[str, list[Cell], Cell]], list[Cell], Cell]:
    """Return barriers by kind and outcome, as ``efforts_table`` does; the last column is open."""
    cells = Counter({(barrier, outcome): n for barrier, outcome, n in counts})
    columns = (*OUTCOMES, "")
    used = [b for b in BARRIERS if any(cells[b, outcome] for outcome in columns)]
    rows, row_totals, totals, total = hold_back_table(
        [[cells[b, outcome] for outcome in columns] for b in used], threshold
    )
    return list(zip(used, rows, row_totals, strict=True)), totals, total


@dataclass(frozen=True)
class SupportGiven:
    """What support cost in a year: for groups that speak for disadvantaged people, and in all."""

    cost_pence: int = 0
    minutes: int = 0
    regard_pence: int = 0
    regard_minutes: int = 0
    needs: int = 0
    regard_needs: int = 0

    def share(self, part: str, threshold: int) -> str | None:
        """Return a share as a percentage (“62%”) of “needs”, “pence” or “minutes”.

        None where there is nothing to share, or where fewer than ``threshold`` barriers, in all
        or on one of the two sides, stand behind it: a share is held back with its counts.
        """
        whole, of_it = {
            "needs": (self.needs, self.regard_needs),
            "pence": (self.cost_pence, self.regard_pence),
            "minutes": (self.minutes, self.regard_minutes),
        }[part]
        sides = (self.regard_needs, self.needs - self.regard_needs)
        if not whole or any(0 < side < threshold for side in sides):
            return None
        return f"{round(100 * of_it / whole)}%"


def minutes_of(typed: str) -> int:
    """Return the minutes of hours like “1.5” or “2”. Raises ValueError for anything else.

    >>> minutes_of("1.5")
    90
    """
    try:
        hours = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(typed) from None
    if not hours.is_finite() or not 0 <= hours <= 10_000:
        raise ValueError(typed)
    return round(hours * 60)


def hours_of(minutes: int) -> str:
    """Return minutes as hours, as they are typed: “1.5”.

    >>> hours_of(90), hours_of(120)
    ('1.5', '2')
    """
    return f"{round(minutes / 60, 2):g}"
