"""Paper ballots as people type them in: one paper a line, twice over, and where the two differ."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from engage.budgeting.rules.ballot_types import (
    BallotKind,
    BallotTerms,
    Chosen,
    ballot_faults,
    in_parts,
    read_choices,
    write_choices,
)

#: So many papers of a round may be read back to a witness; above that, two people enter them.
MOST_READ_BACK = 300
#: The most papers in one batch: a station with more splits its box.
MOST_PAPERS = 1000
#: Why a paper does not count. The first letter is enough after the S.
SPOILT = {
    "blank": "Nothing is marked",
    "many": "Too many or too few are marked",
    "unclear": "We cannot tell what is meant",
    "named": "It says who voted",
    "other": "Something else",
}
#: What a third look may find of a paper that only one of the two people entered.
ABSENT = "absent"


class PapersRefused(Exception):
    """What was asked of a batch of papers can't be done; the message says why."""


def check_read_back(papers: int, others: int, *, needs_two: bool) -> None:
    """Raise PapersRefused where a witness is not enough for these papers.

    ``others`` are the round's papers that were read back at its other stations: whoever splits a
    pile gains nothing. ``needs_two``: a second person had begun to enter these.
    """
    if needs_two:
        raise PapersRefused(
            "A second person has begun to enter these papers, so a witness is not enough any more"
        )
    if papers + others > MOST_READ_BACK:
        raise PapersRefused(
            f"No more than {MOST_READ_BACK} papers of a fund are read back, all stations together: "
            "these are entered by a second person"
        )


def check_looker(
    by: int, enterers: Collection[int | None], lookers: Collection[int], *, is_third: bool
) -> None:
    """Raise PapersRefused where this person may not look a third time at papers that differ.

    It is for somebody who entered neither pass. Where there is nobody else (``is_third`` False),
    one of the two looks and the other one accepts; ``lookers`` are those of the two who did.
    """
    if by not in enterers:
        return
    if is_third:
        raise PapersRefused("You entered these papers: somebody who did not must look a third time")
    if set(lookers) - {by}:
        raise PapersRefused("The other person has begun the third look: you accept the papers then")


def check_accepter(by: int, lookers: Collection[int]) -> None:
    """Raise PapersRefused for somebody who entered these papers and settled the differences."""
    if by in lookers:
        raise PapersRefused(
            "You entered these papers and looked a third time at some: another person accepts them"
        )


class LinesRefused(PapersRefused):
    """Some lines say nothing that a paper can say; ``faults`` are pairs of line and words."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"Line {line}: {words}" for line, words in faults))
        self.faults = faults


class BatchState(StrEnum):
    """How far a batch is: entered once, entered twice with differences, or ready to be accepted."""

    OPEN = "open"
    FIRST = "first"
    MISMATCH = "mismatch"
    SECOND = "second"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Sheet:
    """What one paper says: its choices as a ballot holds them, or why it is spoilt."""

    choices: str | None
    spoilt: str | None = None


class Mark(NamedTuple):
    """One mark on a paper: a project's number, with its points where voters give points.

    ``boosted``: the mark that the voter boosted.
    """

    number: int
    points: int | None = None
    boosted: bool = False


#: Makes of the marks on a paper what a ballot holds. Raises PapersRefused for what none may hold.
Read = Callable[[Sequence[Mark]], str]
#: How a mark is typed on each type of ballot, where a number alone does not say it.
LIKE = {
    BallotKind.POINTS: "each project with its points, like 3:2 7:1",
    BallotKind.BOOST: "the numbers of the projects, like 3 7 12, with a star after the boosted one",
    BallotKind.RANKING: "the numbers of the projects, the best first, like 7 3 12",
}


def reader(
    ids: Mapping[int, int],
    terms: BallotTerms,
    costs: Mapping[int, int],
    pot_of: Mapping[int, int | None] | None = None,
) -> Read:
    """Return what reads the marks of a paper under a round's terms: to a ballot's choices.

    ``ids`` leads from a project's number to its id, ``costs`` from the id to its cost,
    ``pot_of`` to the number of its part of the fund.
    """
    in_pots: Mapping[int, int | None] = pot_of or {}

    def read(marks: Sequence[Mark]) -> str:
        unknown = [mark.number for mark in marks if mark.number not in ids]
        if unknown:
            raise PapersRefused(f"There is no project {unknown[0]} on the ballot")
        choices, points = [ids[mark.number] for mark in marks], _points(marks, terms)
        if points is None:
            choices = in_parts(choices, in_pots)
        faults = ballot_faults(terms, choices, costs, points, in_pots)
        if faults:
            raise PapersRefused(f"{faults[0]}. If the paper breaks the rules, type S and why")
        return write_choices(terms.kind, choices, points)

    return read


def _points(marks: Sequence[Mark], terms: BallotTerms) -> list[int] | None:
    """Return the points beside the marks; None where voters give none. Raises PapersRefused."""
    kind = terms.kind
    if any((mark.points is not None) is not (kind is BallotKind.POINTS) for mark in marks) or any(
        mark.boosted and kind is not BallotKind.BOOST for mark in marks
    ):
        like = LIKE.get(kind, "the numbers of the projects, like 3 7 12")
        raise PapersRefused(f"Type {like}, or S and why")
    if kind is BallotKind.BOOST:
        return [terms.boost_worth if mark.boosted else 1 for mark in marks]
    return [mark.points or 0 for mark in marks] if kind is BallotKind.POINTS else None


def read_sheet(typed: str, read: Read) -> Sheet:
    """Return the paper that a line stands for: “3 7 12”, or “S blank”. Raises PapersRefused.

    Points follow a colon, “3:2”; a star marks what was boosted, “3*”.

    >>> read_sheet("s b", str)
    Sheet(choices=None, spoilt='blank')
    """
    line = typed.strip().lower()
    if spoilt := re.fullmatch(r"s(?:poilt)?(?:[\s,]+(.*))?", line):
        return Sheet(None, _reason(spoilt[1] or ""))
    parts = [part for part in re.split(r"[\s,;]+", line) if part]
    if not parts:
        raise PapersRefused("Nothing is typed. If the paper is empty, type S blank")
    marks = [re.fullmatch(r"([0-9]{1,5})(?::([0-9]{1,5})|(\*))?", part) for part in parts]
    if not all(marks):
        raise PapersRefused("Type the numbers of the projects, like 3 7 12, or S and why")
    return Sheet(
        read([Mark(int(m[1]), int(m[2]) if m[2] else None, bool(m[3])) for m in marks if m])
    )


def read_third_look(typed: str, read: Read) -> Sheet:
    """Return what a third look at a paper found: as ``read_sheet``, or “none” for no such paper."""
    if typed.strip().lower() == "none":
        return Sheet(None, ABSENT)
    return read_sheet(typed, read)


def _reason(typed: str) -> str:
    found = [reason for reason in SPOILT if typed and reason.startswith(typed)]
    if len(found) != 1:
        raise PapersRefused(f"After S, type why: {', '.join(SPOILT)}")
    return found[0]


def read_lines(text: str, read: Read) -> list[Sheet]:
    """Return the papers of a text, one for each line. Raises LinesRefused with every bad line."""
    sheets, faults = [], []
    for number, line in enumerate(text.strip("\n").split("\n"), 1):
        try:
            sheets.append(read_sheet(line, read))
        except PapersRefused as refusal:
            faults.append((number, str(refusal)))
    if faults:
        raise LinesRefused(faults)
    return sheets


def typed_again(sheet: Sheet, numbers: Mapping[int, int], kind: str = "approval") -> str:
    """Return the line that gives this paper; ``numbers`` leads from a project's id to its number.

    >>> typed_again(Sheet("[4,9]"), {4: 2, 9: 1})
    '1 2'
    >>> typed_again(Sheet("[[4,3],[9,1]]"), {4: 2, 9: 1}, "points")
    '1:1 2:3'
    """
    if sheet.choices is None:
        return f"S {sheet.spoilt}"
    chosen = read_choices(BallotKind(kind), sheet.choices)
    marked = [(numbers[id_], given) for id_, given in zip(chosen.ids, _given(chosen), strict=True)]
    if kind != BallotKind.RANKING:
        marked.sort()
    if kind == BallotKind.POINTS:
        return " ".join(f"{number}:{given}" for number, given in marked)
    return " ".join(f"{number}{'*' if given > 1 else ''}" for number, given in marked)


def _given(chosen: Chosen) -> Sequence[int]:
    return chosen.points if chosen.points is not None else [1] * len(chosen.ids)


Sheets = Mapping[int, Sheet]


def differences(first: Sheets, second: Sheets, third: Sheets) -> list[int]:
    """Return the papers, by their place, of which the two passes say different things.

    A third look settles one. A paper that only one person has is a difference as well.
    """
    places = sorted({*first, *second} - third.keys())
    return [place for place in places if first.get(place) != second.get(place)]


def final_sheets(first: Sheets, third: Sheets) -> dict[int, Sheet]:
    """Return what each paper says in the end; a paper that a third look found absent is none."""
    said = {**first, **third}
    return {place: said[place] for place in sorted(said) if said[place].spoilt != ABSENT}


def spoilt_counts(sheets: Sheets) -> Counter[str]:
    """Return how many papers are spoilt for which reason."""
    return Counter(sheet.spoilt for sheet in sheets.values() if sheet.spoilt is not None)
