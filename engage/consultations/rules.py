"""What an answer may be, how long a consultation runs, and what may be shown of a response."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.disclosure.rules import Cell, hold_back_row
from engage.web.rules import N_

#: Answers to a question of agreement, from most to least, with the words that people read.
AGREEMENT: dict[str, str] = {
    "strongly_agree": N_("Strongly agree"),
    "agree": N_("Agree"),
    "neither": N_("Neither agree nor disagree"),
    "disagree": N_("Disagree"),
    "strongly_disagree": N_("Strongly disagree"),
    "dont_know": N_("I don’t know"),
}

#: What a respondent may allow (the Scottish Government's respondent form, R72).
PUBLISH: dict[str, str] = {
    "with_name": N_("Yes, with my name"),
    "without_name": N_("Yes, without my name"),
    "no": N_("No, do not publish my answers"),
}

#: The same for a group, whose name is known.
PUBLISH_GROUP: dict[str, str] = {
    "with_name": N_("Yes, with our name"),
    "without_name": N_("Yes, without our name"),
    "no": N_("No, do not publish our answers"),
}

#: Twelve weeks are the custom (R72); a shorter consultation says why.
CUSTOMARY_DAYS = 84
MOST_TEXT_QUESTIONS = 5


class ConsultationRefused(Exception):
    """The consultation can't be opened, closed or published so; the message says why."""


class ConsultationChangedRefused(ConsultationRefused):
    """Somebody changed or opened the consultation since the page was opened."""


class AnswerRefused(Exception):
    """The answers can't be kept or sent so; the message says why."""


@dataclass(frozen=True)
class Contribution:
    """One thing that somebody said, for findings to rest on.

    ``kind`` is “response” (the answers of one response, id of the response) or “comment” (id of
    the comment). ``where`` is the question's prompt or the paragraph's label, “2.3”. ``who`` is
    what may be said in public of who said it. ``may_publish`` False: count it, don't quote it.
    """

    kind: str
    id: int
    where: str
    text: str
    who: str
    may_publish: bool


def is_short(opens_at: datetime, closes_at: datetime) -> bool:
    """Say whether a consultation runs for less than the customary twelve weeks."""
    return (closes_at - opens_at).days < CUSTOMARY_DAYS


def state(stage: str, opens_at: datetime, closes_at: datetime, at: datetime) -> str:
    """Return what people see at ``at``: “preparing”, “waiting” (to open), “open” or “closed”.

    The closing instant itself is too late to answer.
    """
    if stage == "preparing":
        return "preparing"
    if stage == "closed" or at >= closes_at:
        return "closed"
    return "open" if opens_at <= at else "waiting"


def public_name(*, publish: str | None, name: str, body_name: str | None) -> str:
    """Return what may be said in public of who wrote a response.

    >>> public_name(publish="without_name", name="Aisha", body_name=None)
    'A resident'
    """
    if publish == "with_name" and (body_name or name):
        return body_name or name
    return "A resident" if body_name is None else "A local group"


def agreement_counts(answers: Mapping[str, int]) -> tuple[list[tuple[str, Cell]], Cell]:
    """Return pairs of answer in words and count, and the total, small counts held back (R74)."""
    cells, total = hold_back_row([answers.get(key, 0) for key in AGREEMENT])
    return list(zip(AGREEMENT.values(), cells, strict=True)), total
