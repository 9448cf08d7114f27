"""The National Standards for Community Engagement (R09), in proportion to what is at stake.

Seven Standards and 38 indicators of the edition of 2016; the wording is ours. A newer edition is a
new entry in ``EDITIONS``: what was answered keeps the edition that it was answered under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engage.engagements.rules.planning import EngagementRefused
from engage.engagements.rules.standards_words import INDICATORS_2016, QUESTIONS_2016
from engage.web.rules import N_

#: The Standards by the letter that their indicators begin with, in the order of the edition.
STANDARDS: dict[str, str] = {
    "I": N_("Inclusion"),
    "S": N_("Support"),
    "P": N_("Planning"),
    "W": N_("Working together"),
    "M": N_("Methods"),
    "C": N_("Communication"),
    "X": N_("Impact"),
}
#: For each edition: its indicators, and one question for each Standard.
EDITIONS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "2016": (INDICATORS_2016, QUESTIONS_2016)
}
EDITION = "2016"
PHASES: dict[str, str] = {"plan": N_("Plan"), "review": N_("Review")}
ASSESSORS: dict[str, str] = {
    "officer": N_("Officers"),
    "partner": N_("Partners"),
    "participant": N_("People who took part"),
}
#: What each score means, from the scale that inspectors of education use.
SCORES: dict[int, str] = {
    6: N_("Excellent"),
    5: N_("Very good"),
    4: N_("Good"),
    3: N_("Satisfactory"),
    2: N_("Weak"),
    1: N_("Unsatisfactory"),
}
EVIDENCE: dict[str, str] = {
    "pack": N_("Information pack"),
    "event": N_("Event"),
    "finding": N_("Finding"),
    "text": N_("Something else"),
}
#: What must be answered before a large engagement opens, and scored before it closes.
BEFORE_OPENING, BEFORE_CLOSING = "ISP", "CX"
#: From how many pounds' worth on the 38 indicators apply, unless the partnership says otherwise.
USUAL_VALUE_PENCE = 2_500_000
#: A difference between officers and people who took part that is worth a talk.
GAP = 1.0


class StandardsRefused(EngagementRefused):
    """The answers can't be kept so; the message says why."""


def scope_for(value_pence: int | None, from_pence: int) -> str:
    """Return “full” for the 38 indicators or “seven” for one question a Standard."""
    return "full" if value_pence is not None and value_pence >= from_pence else "seven"


def asked(scope: str, edition: str = EDITION) -> dict[str, str]:
    """Return what is asked, in words by its id: 38 indicators or seven questions."""
    indicators, questions = EDITIONS[edition]
    return indicators if scope == "full" else questions


def of_standard(letter: str, scope: str, edition: str = EDITION) -> dict[str, str]:
    """Return what one Standard asks, in words by its id."""
    return {code: words for code, words in asked(scope, edition).items() if code[0] == letter}


def unanswered(
    letters: str, scope: str, done: Iterable[str], edition: str = EDITION
) -> dict[str, int]:
    """Return how many ids of each Standard are not in ``done``; a Standard that is done is absent.

    >>> unanswered("IS", "seven", ["I"])
    {'S': 1}
    """
    kept = set(done)
    left = {
        letter: sum(code not in kept for code in of_standard(letter, scope, edition))
        for letter in letters
    }
    return {letter: count for letter, count in left.items() if count}


@dataclass(frozen=True)
class Row:
    """One Standard of a profile: the mean score of each kind of assessor; None for none.

    ``people`` says how many of those who took part scored it, 0 where that is held back.
    """

    letter: str
    officer: float | None
    partner: float | None
    participant: float | None
    people: int = 0

    @property
    def gap(self) -> bool:
        """Officers and people who took part see it differently."""
        if self.officer is None or self.participant is None:
            return False
        return abs(self.officer - self.participant) >= GAP


def why_fixed(phase: str, scope: str, *, opened: bool, closed: bool) -> str:
    """Say why the answers of a phase can't be changed now; '' where they can."""
    if closed:
        return N_("It is closed: its review is fixed")
    if phase == "review" and not opened:
        return N_("Review it once it is open")
    if phase == "plan" and opened and scope == "full":
        return N_("It is open: what the plan answered is fixed")
    return ""


def mean(scores: Iterable[int | float]) -> float | None:
    """Return the mean to one decimal place; None of nothing."""
    kept = list(scores)
    return round(sum(kept) / len(kept), 1) if kept else None


def profile(
    scores: Mapping[str, Mapping[str, int]],
    people: Mapping[str, tuple[int, int]],
    least: int,
) -> list[Row]:
    """Return the seven rows of a profile.

    ``scores`` are those of officers and of partners, by assessor and then by id (of several
    partners, “P2@3”: the part after the @ says whose). ``people`` is for each Standard the sum of
    scores of those who took part, and how many gave one: fewer than ``least`` are held back.
    """
    rows = []
    officers, partners = (_by_standard(scores.get(kind, {})) for kind in ("officer", "partner"))
    for letter in STANDARDS:
        total, count = people.get(letter, (0, 0))
        shown = count >= least
        officer, partner = mean(officers.get(letter, ())), mean(partners.get(letter, ()))
        participant = round(total / count, 1) if shown else None
        rows.append(Row(letter, officer, partner, participant, count if shown else 0))
    return rows


def _by_standard(scores: Mapping[str, int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for code, score in scores.items():
        found.setdefault(code[0], []).append(score)
    return found


def mean_profile(profiles: Iterable[list[Row]]) -> list[Row]:
    """Return the mean of several profiles, each engagement counting once."""
    kept = list(profiles)
    rows = []
    for place, letter in enumerate(STANDARDS):
        own = [each[place] for each in kept]
        officer, partner, participant = (
            mean(score for row in own if (score := getattr(row, kind)) is not None)
            for kind in ASSESSORS
        )
        rows.append(Row(letter, officer, partner, participant, sum(row.people for row in own)))
    return rows


#: Sizes of the profile chart: where bars begin, how wide score 6 is, how high a Standard stands.
LEFT, FULL, HIGH = 0, 264, 92


@dataclass(frozen=True)
class Bar:
    """One bar of the chart. ``width`` is None where there is no score."""

    kind: str
    y: int
    width: float | None
    score: float | None


def chart(rows: Iterable[Row]) -> list[tuple[str, int, list[Bar]]]:
    """Return for each Standard its letter, where its heading stands, and its three bars."""
    drawn = []
    for place, row in enumerate(rows):
        top = place * HIGH
        bars = []
        for number, kind in enumerate(ASSESSORS):
            score = getattr(row, kind)
            width = None if score is None else round(FULL * score / 6, 1)
            bars.append(Bar(kind, top + 22 + number * 20, width, score))
        drawn.append((row.letter, top + 14, bars))
    return drawn
