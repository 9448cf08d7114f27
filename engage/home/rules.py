"""Plain values of the pages that span slices: what is open, what was decided, what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engage.web.rules import day_of
from engage.web.years import reporting_year


@dataclass(frozen=True)
class Opening:
    """Something that people can take part in, now or later.

    ``kind`` is what they do: “consultation” (say what they think), “propose” (a project), “vote”,
    “place” (say how good a place is) or “event” (come to it). ``where`` is the locality's name, ''
    for the whole council area.
    """

    kind: str
    slug: str
    title: str
    purpose: str
    where: str
    opens_at: datetime
    closes_at: datetime

    @property
    def last_day(self) -> date:
        """The last day in the UK on which it is open at all: some things close with their day."""
        return day_of(self.closes_at - timedelta(seconds=1))

    @property
    def summary(self) -> str:
        """The beginning of the purpose, for a card."""
        return beginning(self.purpose)


@dataclass(frozen=True)
class RoundDates:
    """The four instants of a participatory budgeting round."""

    proposals_open_at: datetime
    proposals_close_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime


@dataclass(frozen=True)
class Decided:
    """Something that was decided: a fund's result, or what became of what people said.

    ``changed`` of ``findings`` changed something; both are 0 for a result.
    """

    kind: str
    slug: str
    title: str
    on: date
    findings: int = 0
    changed: int = 0


def round_span(
    stage: str, dates: RoundDates, at: datetime
) -> tuple[str, datetime, datetime] | None:
    """Return what people can do in a round, now or next, from when and until when.

    None where nothing is left to do: the round isn't public yet, or voting is over.
    """
    if stage == "proposals" and at < dates.proposals_close_at:
        return "propose", dates.proposals_open_at, dates.proposals_close_at
    if stage in ("proposals", "screening", "voting") and at < dates.voting_closes_at:
        return "vote", dates.voting_opens_at, dates.voting_closes_at
    return None


def now_and_coming(
    openings: Iterable[Opening], at: datetime
) -> tuple[list[Opening], list[Opening]]:
    """Part openings in what is open at ``at``, closing soonest first, and what comes, opening
    soonest first. What has closed is left out."""
    known = [o for o in openings if o.closes_at > at]
    now = sorted((o for o in known if o.opens_at <= at), key=lambda o: (o.closes_at, o.title))
    coming = sorted((o for o in known if o.opens_at > at), key=lambda o: (o.opens_at, o.title))
    return now, coming


def beginning(text: str, most: int = 160) -> str:
    """Return the beginning of a text for a card: whole words, an ellipsis where it was cut.

    >>> beginning("Short enough.")
    'Short enough.'
    """
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[:most].rsplit(" ", 1)[0].rstrip(".,;:") + " …"


def last_full_year(today: date) -> date:
    """Return the first day of the latest reporting year (1 April to 31 March) that is over."""
    first = reporting_year(today).first
    return first.replace(year=first.year - 1)
