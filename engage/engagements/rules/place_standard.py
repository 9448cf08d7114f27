"""Place Standard (R13): 14 themes of a place, each given 1 to 7, by people alone or in groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from engage.disclosure.rules import Cell, HeldBack, hold_back
from engage.engagements.rules.standard_themes import ThemeText
from engage.web.rules import N_

#: 1 is a lot of room to improve, 7 is very little.
SCORES = (1, 2, 3, 4, 5, 6, 7)
#: How many themes one answer may name as those that matter most.
MOST_PRIORITIES = 3
#: The largest group that answers as one.
MOST_IN_GROUP = 500
KINDS: Mapping[str, str] = {
    "individual": N_("Just me"),
    "group": N_("A group that talked it through and agreed"),
}
STAGES: Mapping[str, str] = {
    "preparing": N_("Being prepared"),
    "open": N_("Open"),
    "closed": N_("Closed"),
    "published": N_("Published"),
}
#: What an exercise goes to from each stage.
FOLLOWS: Mapping[str, str] = {"preparing": "open", "open": "closed", "closed": "published"}


class ExerciseRefused(Exception):
    """An exercise, or an answer to one, can't be kept so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True)
class Said:
    """What one answer says of one theme: ``score`` 1 to 7, or None for not answered."""

    score: int | None = None
    good: str = ""
    better: str = ""
    is_priority: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was said."""
        return self.score is None and not (self.good or self.better or self.is_priority)


def check_answer(kind: str, people: int, said: Mapping[str, Said]) -> None:
    """Refuse an answer that says nothing, or that isn't of one person or a group.

    Raises ExerciseRefused. ``said`` is by axis.
    """
    if kind not in KINDS:
        raise ExerciseRefused(N_("Choose who is answering"), "kind")
    if kind == "individual" and people != 1:
        raise ExerciseRefused(N_("One person answers as 1"), "people")
    if kind == "group" and not 2 <= people <= MOST_IN_GROUP:
        raise ExerciseRefused(
            f"Enter how many people were in the group, from 2 to {MOST_IN_GROUP}", "people"
        )
    if all(one.is_empty for one in said.values()):
        raise ExerciseRefused(N_("Answer at least one theme"))
    if any(one.score is not None and one.score not in SCORES for one in said.values()):
        raise ExerciseRefused(N_("Choose a number from 1 to 7"))
    if sum(one.is_priority for one in said.values()) > MOST_PRIORITIES:
        raise ExerciseRefused(
            f"Choose {MOST_PRIORITIES} themes or fewer that matter most", "priorities"
        )


def check_span(opens_on: date, closes_on: date) -> None:
    """Refuse an exercise that ends before it begins. Raises ExerciseRefused."""
    if closes_on < opens_on:
        raise ExerciseRefused(N_("The last day must not be before the first day"), "closes_on")


def takes_answers(stage: str, opens_on: date, closes_on: date, today: date) -> bool:
    """Say whether people may answer online today."""
    return stage == "open" and opens_on <= today <= closes_on


def weight(kind: str, people: int) -> int:
    """Return how often one answer's number counts in a mean: this is the rule, and its source.

    R13 asks for the kind of answer and for the n people in a group. The tool's own guide says
    that a group's number is one that its people agreed on, and leaves the weighing open. So a
    group of n counts n times among groups, for each of its people stands behind the number, and
    one person counts once among people. The two are never put in one mean.
    """
    return people if kind == "group" else 1


@dataclass(frozen=True)
class ScoreCount:
    """How many answers of one kind gave one theme one score, with how many people behind them."""

    axis: str
    kind: str
    people_each: int
    score: int
    answers: int


@dataclass(frozen=True)
class ThemeResult:
    """What is published of one theme, for one kind of answers.

    ``people`` are those behind the scores; ``mean`` has one decimal, None where nobody answered
    or it is held back with its count; ``priority`` is how many people chose the theme.
    """

    axis: str
    number: int
    label: str
    people: Cell
    mean: Decimal | None
    priority: Cell

    @property
    def is_held_back(self) -> bool:
        """Whether there is a mean that isn't shown."""
        return isinstance(self.people, HeldBack)


@dataclass(frozen=True)
class KindResult:
    """What is published of the answers of one kind. ``themes`` is empty below the minimum."""

    kind: str
    answers: Cell
    people: Cell
    themes: tuple[ThemeResult, ...]

    @property
    def lowest(self) -> list[ThemeResult]:
        """The three themes with the most room to improve, the lowest first; ties all stand."""
        known = sorted((t for t in self.themes if t.mean is not None), key=lambda t: t.mean or 0)
        return [t for t in known if t.mean is not None and t.mean <= (known[:3][-1].mean or 0)]

    @property
    def priorities(self) -> list[ThemeResult]:
        """The themes that were chosen most often, three or those level with the third."""
        known = sorted(
            (t for t in self.themes if isinstance(t.priority, int) and t.priority),
            key=lambda t: -_number(t.priority),
        )
        return [t for t in known if _number(t.priority) >= _number(known[:3][-1].priority)]


def mean_of(counts: Iterable[tuple[int, int]]) -> Decimal | None:
    """Return the mean of scores with how often each counts, to one decimal; None for none.

    >>> mean_of([(3, 1), (4, 1)]), mean_of([])
    (Decimal('3.5'), None)
    """
    pairs = list(counts)
    times = sum(often for _score, often in pairs)
    if not times:
        return None
    exact = Decimal(sum(score * often for score, often in pairs)) / times
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def kind_result(
    kind: str,
    themes: Sequence[ThemeText],
    scores: Iterable[ScoreCount],
    priorities: Mapping[str, int],
    totals: tuple[int, int],
    threshold: int,
) -> KindResult:
    """Return the results of one kind of answers as they may be published (R13, R74).

    ``priorities`` are people by axis; ``totals`` are (answers, people) of this kind. Below
    ``threshold`` people nothing is shown at all; a theme that fewer scored is held back.
    """
    answers, people = totals
    held = isinstance(hold_back(people, threshold), HeldBack)
    by_axis: dict[str, list[tuple[int, int]]] = {}
    for count in scores:
        if count.kind == kind:
            times = weight(kind, count.people_each) * count.answers
            by_axis.setdefault(count.axis, []).append((count.score, times))
    return KindResult(
        kind,
        hold_back(answers, threshold),
        hold_back(people, threshold),
        ()
        if held or not people
        else tuple(
            _theme(number, theme, by_axis.get(theme.axis, []), priorities, threshold)
            for number, theme in enumerate(themes, start=1)
        ),
    )


def _theme(
    number: int,
    theme: ThemeText,
    scores: list[tuple[int, int]],
    priorities: Mapping[str, int],
    threshold: int,
) -> ThemeResult:
    people = hold_back(sum(times for _score, times in scores), threshold)
    return ThemeResult(
        theme.axis,
        number,
        theme.label,
        people,
        mean_of(scores) if isinstance(people, int) else None,
        hold_back(priorities.get(theme.axis, 0), threshold),
    )


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
