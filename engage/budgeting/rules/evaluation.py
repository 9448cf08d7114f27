"""How people found a vote: what is asked, when, and what of the answers may be told."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engage.disclosure.rules import Cell, HeldBack, hold_back_linked

#: How long after voting has closed the form takes answers.
OPEN_FOR = timedelta(weeks=4)
YES_NO = ("yes", "no", "not_sure")
SCALE = ("5", "4", "3", "2", "1")
#: What is asked, and the answers in their order. "" everywhere: not answered.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "first_time": YES_NO,
    "easy": SCALE,
    "fair": SCALE,
    "learned": YES_NO,
    "again": YES_NO,
}


class EvaluationRefused(Exception):
    """The form takes no answer now, or an evaluation can't be published; the message says why."""


def takes_evaluation(
    stage: str, opens_at: datetime, closes_at: datetime, at: datetime, *, is_published: bool
) -> bool:
    """Say whether the form takes answers: from the first vote until four weeks after the last."""
    running = stage in ("voting", "closed", "declared")
    return running and not is_published and opens_at <= at < closes_at + OPEN_FOR


def may_be_read(stage: str) -> bool:
    """Say whether officers may see answers: not while people vote, when each is the newest."""
    return stage in ("closed", "declared")


@dataclass(frozen=True)
class AnswerRow:
    """One answer of one question. ``share`` is of those who answered; None: held back or none."""

    value: str
    count: Cell
    share: float | None


@dataclass(frozen=True)
class QuestionFigures:
    """One question: its answers in order, and how many people answered it."""

    name: str
    rows: tuple[AnswerRow, ...]
    answered: Cell


@dataclass(frozen=True)
class EvaluationFigures:
    """All answers of a round as they may be told, small numbers held back (R74)."""

    forms: Cell
    questions: tuple[QuestionFigures, ...]


def figures(forms: Iterable[Mapping[str, str]]) -> EvaluationFigures:
    """Return what may be told of the answers in ``forms``.

    All questions are held back as one table: each divides the same people, so that a count that
    is missing from one question can't be worked out from another.
    """
    kept = list(forms)
    names = list(QUESTIONS)
    links: dict[Hashable, tuple[int, Hashable, Hashable]] = {"forms": (len(kept), "", names[0])}
    for name, after in zip(names, [*names[1:], ""], strict=True):
        middle = f"{name} answered"
        counts = {value: sum(form[name] == value for form in kept) for value in QUESTIONS[name]}
        links[name, ""] = (len(kept) - sum(counts.values()), name, after)
        links[name, None] = (sum(counts.values()), name, middle)
        for value, count in counts.items():
            links[name, value] = (count, middle, after)
    totals: list[Hashable] = ["forms", *((name, None) for name in names)]
    cells = hold_back_linked(links, totals=totals)
    return EvaluationFigures(cells["forms"], tuple(_question(name, cells) for name in names))


def _question(name: str, cells: Mapping[Hashable, Cell]) -> QuestionFigures:
    answered = cells[name, None]
    rows = []
    for value in QUESTIONS[name]:
        count = cells[name, value]
        told = not isinstance(count, HeldBack) and not isinstance(answered, HeldBack) and answered
        rows.append(AnswerRow(value, count, count / answered if told else None))  # type: ignore[operator]
    return QuestionFigures(name, tuple(rows), answered)
