"""What of an election in a Pabulib file a round can hold, and its dates."""

from datetime import UTC, date, datetime, time, timedelta

from engage.budgeting.rules.ballot_types import FOR_EQUAL_SHARES, BallotKind, BallotTerms
from engage.tally.election import BallotType
from engage.tally.money import minor_units
from engage.tally.pabulib import PabulibFile

#: How a round counts what a file declares: rule, completion, comparison with most votes first.
COUNTED_BY = {
    "greedy": ("greedy", "none", False),
    "greedy-threshold": ("greedy", "none", False),
    "greedy-no-skip": ("greedy-stop", "none", False),
    "equalshares": ("equal-shares", "none", False),
    "equalshares-comparison": ("equal-shares", "none", True),
    "equalshares/add1": ("equal-shares", "add1", False),
    "equalshares/add1-comparison": ("equal-shares", "add1", True),
}


class ImportRefused(Exception):
    """The file can't become a round. ``faults`` pairs a line (0: all of it) with what is wrong."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {words}" for line, words in faults[:3]))
        self.faults = faults


def import_faults(file: PabulibFile) -> list[tuple[int, str]]:
    """Return why ``file`` can't become a round, by line; an empty list: it can.

    Every vote is judged by the limits that the file declares, as a vote that is cast here is.
    """
    limits, kind = file.limits, kind_of(file)
    with_points = kind is BallotKind.POINTS
    rule, *_ = COUNTED_BY.get(file.meta["rule"], ("",))
    checks = (
        (not rule, f"a round can't be counted by the rule “{file.meta['rule']}” yet"),
        (
            rule == "equal-shares" and kind not in FOR_EQUAL_SHARES,
            f"a round can't count votes of type “{file.meta['vote_type']}” by equal shares",
        ),
        (
            limits.max_cost is not None and kind is not BallotKind.SPEND,
            "a round can limit the cost of a ballot (max_sum_cost) to the budget only, on "
            "approval ballots",
        ),
        (
            with_points and limits.max_sum_points is None,
            "it does not say how many points a voter could give (max_sum_points)",
        ),
        (
            with_points and max(limits.min_points or 0, limits.min_sum_points or 0) > 1,
            "a round can't ask for more than one point (min_points, min_sum_points) yet",
        ),
        (not file.projects, "it has no projects"),
    )
    faults = [(0, words) for wrong, words in checks if wrong]
    return faults + file.breaches() + _pointless(file)


def _pointless(file: PabulibFile) -> list[tuple[int, str]]:
    """Return the votes that name a project and give it no point, by line."""
    if not any(0 in (ballot.points or ()) for ballot in file.ballots):
        return []
    words = "Give each project at least 1 point"
    return [(vote.line, words) for vote in file.votes if 0 in (vote.points or ())]


def kind_of(file: PabulibFile) -> BallotKind:
    """Return as which type of ballot a round can hold the votes of a file."""
    if file.ballot_type is BallotType.CUMULATIVE:
        return BallotKind.POINTS
    if file.ballot_type is BallotType.ORDINAL:
        return BallotKind.RANKING
    spends = file.limits.max_cost == minor_units(file.meta["budget"])
    return BallotKind.SPEND if spends else BallotKind.APPROVAL


def terms_of_file(file: PabulibFile) -> BallotTerms:
    """Return what a ballot of the file could hold, as a round says it. Its faults are none."""
    limits, kind = file.limits, kind_of(file)
    points = (limits.max_sum_points or 0) if kind is BallotKind.POINTS else 0
    least = max(1, limits.min_choices)
    return BallotTerms(
        kind,
        min_choices=least,
        max_choices=max(least, limits.max_choices or len(file.projects)),
        pot_pence=minor_units(file.meta["budget"]),
        points=points,
        most_points=min(points, limits.max_points or points),
    )


def title_of(file: PabulibFile) -> str:
    """Return what the round is called: “Warszawa, Bemowo 2024”."""
    parts = [file.meta.get(key, "") for key in ("unit", "district", "subunit")]
    place = ", ".join(dict.fromkeys(part for part in parts if part))
    title = f"{place} {file.meta.get('instance', '')}".strip()
    return (title or "Imported round")[:150]


def voting_days(file: PabulibFile) -> tuple[datetime, datetime]:
    """Return when voting opened and closed: from the start of the first day to the last's end.

    Raises ImportRefused for dates that are neither dd.mm.yyyy nor a year, or in no order.
    """
    first = _day(file.meta.get("date_begin", ""), date.min.replace(month=1, day=1))
    last = _day(file.meta.get("date_end", ""), date.min.replace(month=12, day=31))
    if last < first:
        raise ImportRefused([(0, "date_end comes before date_begin")])
    begin = datetime.combine(first, time(), UTC)
    return begin, datetime.combine(last, time(), UTC) + timedelta(days=1)


def _day(text: str, in_year: date) -> date:
    try:
        if len(text) == 4:
            return in_year.replace(year=int(text))
        day, month, year = (int(part) for part in text.split("."))
        return date(year, month, day)
    except ValueError as error:
        raise ImportRefused([(0, f"“{text[:20]}” is not a date like 30.06.2023")]) from error
