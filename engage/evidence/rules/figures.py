"""The figures of a reporting year, and how they look when small numbers are held back.

Officers see the same figures with nothing held back (``threshold`` 1).
"""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.disclosure.rules import Cell, HeldBack, hold_back, hold_back_linked
from engage.evidence.rules.reach import (
    AgeGroup,
    Fifth,
    Interval,
    age_groups,
    fifths,
    least_reached,
)

#: Where those who took part live, when it is not in one of the fifths.
ELSEWHERE = ("outside", "unmatched", "not_given")
#: What a count is written as where it was held back.
HIDDEN = "held back"
SMALL = "fewer than "


#: The name and version of how ages are told, which every published figure since then states.
AGES_RULE = "ages-1"
#: The name and version of how people at events are counted, by the place where they live.
ATTENDANCE_RULE = "attendance-1"


class EvidenceRefused(Exception):
    """The evidence can't be published so; the message says what to do."""


@dataclass(frozen=True)
class Measure:
    """How many people did one thing (“ballot”, “response”), and where they live.

    ``eligible`` and ``people`` are by fifth of areas. ``min_age`` is the age from which residents
    count as eligible. ``elsewhere`` counts people outside the area that was asked, with a postcode
    that nobody knows, and without one. ``ages`` has the residents of each age band, and
    ``aged`` how many of the ``people`` are in it: fewer than all, since nobody must say. None: no
    age was asked, or the edition was made before ages were told.
    """

    act: str
    min_age: int
    engagements: int
    eligible: Mapping[int, int]
    people: Mapping[int, int]
    elsewhere: Mapping[str, int]
    ages: Mapping[str, int] | None = None
    aged: Mapping[str, int] | None = None


@dataclass(frozen=True)
class YearFigures:
    """Everything that the evidence of one reporting year says, as it was counted.

    ``groups`` has registered, place, interest, both, particular_regard, asked and took_part;
    ``findings`` has changed, confirmed, not_taken_up, decided and waiting. ``proposals`` are from
    (people, groups). ``coverage`` is (people in the most deprived fifth, all people). ``money`` is
    what ``rules.money.shown_money`` gives; None: the edition was made before money was told.
    """

    year: str
    first: str
    until: str
    groups: Mapping[str, int]
    group_responses: int
    proposals: tuple[int, int]
    measures: Sequence[Measure]
    findings: Mapping[str, int]
    coverage: tuple[int, int]
    money: Mapping[str, Any] | None = None


#: Counts of groups that anybody can make from the public register: nothing to hold back.
ON_THE_REGISTER = ("registered", "place", "interest", "both")


def shown_figures(figures: YearFigures, threshold: int) -> dict[str, Any]:
    """Return the figures as plain values for a page, a file or publication.

    A count is a number, or “fewer than 5” or “held back”; a rate or a ratio is a number, or None
    where it can't be had or was held back with its count.
    """
    return {
        "year": figures.year,
        "first": figures.first,
        "until": figures.until,
        "groups": {
            name: count if name in ON_THE_REGISTER else plain(hold_back(count, threshold))
            for name, count in figures.groups.items()
        },
        "group_responses": plain(hold_back(figures.group_responses, threshold)),
        "proposals": {
            name: plain(hold_back(count, threshold))
            for name, count in zip(("people", "groups"), figures.proposals, strict=True)
        },
        "measures": {m.act: shown_measure(m, threshold) for m in figures.measures},
        "findings": dict(figures.findings),  # points, not people: each stands at /decisions/
        "coverage": {"most_deprived": figures.coverage[0], "people": figures.coverage[1]},
        **({} if figures.money is None else {"money": dict(figures.money)}),
    }


def shown_measure(measure: Measure, threshold: int) -> dict[str, Any]:
    """Return one measure for showing: no sum in it gives a held-back count away.

    The fifths make up those who were matched, and so do the ages with those who did not say; they
    and the others make up everybody. A ratio rests on all the matched, so it is hidden too where
    their number is; so is every comparison (``least_reached`` None) where a fifth is.
    """
    rows = fifths(measure.eligible, measure.people)
    matched = sum(row.people for row in rows)
    links: dict[Hashable, tuple[int, Hashable, Hashable]] = {
        row.quintile: (row.people, "fifths", "matched" if measure.ages is None else "aged")
        for row in rows
    }
    groups = age_groups(measure.ages or {}, measure.aged or {})
    if measure.ages is not None:
        links |= {group.band: (group.people, "aged", "matched") for group in groups}
        unsaid = matched - sum(group.people for group in groups)
        links["unsaid"] = (unsaid, "aged", "matched")
    links["matched"] = (matched, "matched", "all")
    for name in ELSEWHERE:
        links[name] = (measure.elsewhere.get(name, 0), "fifths", "all")
    links["total"] = (matched + sum(measure.elsewhere.values()), "all", "fifths")
    cells = hold_back_linked(links, totals=("matched", "total"), threshold=threshold)
    hidden = any(isinstance(cells[row.quintile], HeldBack) for row in rows)
    known = isinstance(cells["matched"], int)
    return {
        "min_age": measure.min_age,
        "engagements": measure.engagements,
        "fifths": [_shown_fifth(row, cells[row.quintile], known) for row in rows],
        "least_reached": None if hidden else least_reached(rows),
        **{name: plain(cells[name]) for name in ("matched", *ELSEWHERE, "total")},
        **({} if measure.ages is None else {"ages": _shown_ages(groups, cells)}),
    }


def _shown_ages(groups: Sequence[AgeGroup], cells: Mapping[Hashable, Cell]) -> dict[str, Any]:
    shown = [isinstance(cells[group.band], int) for group in groups]
    return {
        "groups": [
            {
                "band": group.band,
                "eligible": group.eligible,
                "people": plain(cells[group.band]),
                "rate": _ends(group.rate) if is_shown else None,
            }
            for group, is_shown in zip(groups, shown, strict=True)
        ],
        "unsaid": plain(cells["unsaid"]),
        "least_reached": least_reached(groups) if all(shown) else None,
    }


def _shown_fifth(row: Fifth, people: Cell, matched_known: bool) -> dict[str, Any]:
    shown = isinstance(people, int)
    return {
        "quintile": row.quintile,
        "eligible": row.eligible,
        "people": plain(people),
        "rate": _ends(row.rate) if shown else None,
        "ratio": _ends(row.ratio) if shown and matched_known else None,
    }


def _ends(interval: Interval | None) -> list[float] | None:
    if interval is None:
        return None
    return [round(value, 4) for value in (interval.value, interval.low, interval.high)]


def plain(cell: Cell) -> int | str:
    """Return a count as it is published: a number, “fewer than 5” or “held back”."""
    return cell if isinstance(cell, int) else str(cell)


def cell(shown: int | str) -> Cell:
    """Return what ``plain`` wrote as a count or a mark again, for a page to put into words."""
    if isinstance(shown, int):
        return shown
    if shown.startswith(SMALL):
        return HeldBack(True, int(shown.removeprefix(SMALL)))
    return HeldBack(False)


def small_differences(before: Any, after: Any, threshold: int) -> int:
    """Count the figures of two editions that differ by 1 to ``threshold`` - 1.

    A reader of both editions can see that so few people were added or taken out (R74).
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        shared = before.keys() & after.keys()
        return sum(small_differences(before[key], after[key], threshold) for key in shared)
    if isinstance(before, list) and isinstance(after, list):
        pairs = zip(before, after, strict=False)
        return sum(small_differences(old, new, threshold) for old, new in pairs)
    if isinstance(before, int) and isinstance(after, int):
        return int(0 < abs(before - after) < threshold)
    return 0


def figures_hash(figures: str, basis: str) -> str:
    """Return the SHA-256 that names a published set: of the figures, a line end, and the basis."""
    return hashlib.sha256(f"{figures}\n{basis}".encode()).hexdigest()


# The chart ---------------------------------------------------------------------------------------

#: The width of the longest whisker, and the height of a row with and without a bar.
WIDE, HIGH, LOW = 360, 58, 28


@dataclass(frozen=True)
class Bar:
    """One row of the chart in its own units; ``width`` None where there is no rate to draw."""

    y: int
    height: int
    width: float | None
    low: float
    high: float


def bars(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return the bars of fifths or ages, to one scale that holds the longest whisker."""
    top = max((row["rate"][2] for row in rows if row["rate"]), default=0) or 1
    drawn: list[Bar] = []
    y = 0
    for row in rows:
        rate, height = row["rate"], HIGH if row["rate"] else LOW
        value, low, high = (round(end / top * WIDE, 1) for end in rate or (0, 0, 0))
        drawn.append(Bar(y, height, value if rate else None, low, high))
        y += height
    return drawn
