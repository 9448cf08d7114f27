"""What of an election in a Pabulib file a round can hold, and its dates."""

from datetime import UTC, date, datetime, time, timedelta

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
    faults = []
    if file.meta["vote_type"] not in ("approval", "choose-1"):
        faults.append((0, f"votes of type “{file.meta['vote_type']}” can't be imported yet"))
    if file.meta["rule"] not in COUNTED_BY:
        faults.append((0, f"a round can't be counted by the rule “{file.meta['rule']}” yet"))
    if file.limits.max_cost is not None:
        faults.append((0, "a round can't limit the cost of a ballot (max_sum_cost) yet"))
    if not file.projects:
        faults.append((0, "it has no projects"))
    return faults + file.breaches()


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
