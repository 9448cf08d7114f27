"""What may be asked and answered about proposals, and the reasons for which a text is held back.

The reasons are the same for every round, questions and answers alike, and stand on the public page
before anybody asks: nobody makes one up afterwards.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.engagements.rules.planning import is_open
from engage.web.rules import N_

#: The longest question and the longest answer.
MOST_ASKED, MOST_ANSWERED = 500, 2000
#: How long after the vote we keep askers' addresses, and the words of what was held back.
POSTS_KEPT = timedelta(weeks=4)
#: The stages in which proposals can be read and nothing is decided yet.
STAGES = (Stage.PROPOSALS, Stage.SCREENING, Stage.VOTING)


class DiscussionRefused(RoundRefused):
    """A question or an answer can't be taken, or decided so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class Reason(StrEnum):
    """Why a question or an answer is held back."""

    OFF_SUBJECT = "off_subject"
    PERSONAL = "personal"
    INSULTING = "insulting"
    UNLAWFUL = "unlawful"
    ASKED_ALREADY = "asked_already"
    ADVERTISING = "advertising"


#: The reasons as everybody reads them.
REASONS: Mapping[Reason, str] = {
    Reason.OFF_SUBJECT: N_("It is not about the project."),
    Reason.PERSONAL: N_("It says something about a person that should stay private."),
    Reason.INSULTING: N_("It insults or threatens somebody."),
    Reason.UNLAWFUL: N_("The law does not allow us to publish it."),
    Reason.ASKED_ALREADY: N_("Somebody has asked the same before."),
    Reason.ADVERTISING: N_("It advertises something."),
}


class State(StrEnum):
    """Where a question or an answer stands, by the newest decision about it."""

    WAITING = "waiting"
    PUBLISHED = "published"
    HELD_BACK = "held_back"


def takes_questions(
    stage: str, opens_at: datetime | None, closes_at: datetime | None, at: datetime
) -> bool:
    """Say whether people may ask now. None: the round leaves the discussion out."""
    if opens_at is None or closes_at is None:
        return False
    return stage in STAGES and is_open(opens_at, closes_at, at)


def takes_answers(
    stage: str, opens_at: datetime | None, voting_closes_at: datetime, at: datetime
) -> bool:
    """Say whether proposers may answer now: who was asked at the end may answer until the vote."""
    return opens_at is not None and stage in STAGES and is_open(opens_at, voting_closes_at, at)


def check_decision(
    state: State, reason: str | None, *, is_answer: bool, same_given: bool, same_fits: bool
) -> None:
    """Refuse a decision that says too little. Raises DiscussionRefused.

    ``same_given``: another question is named; ``same_fits``: it is a published one about the same
    project. Only a question can have been asked already.
    """
    if state is State.WAITING:
        raise DiscussionRefused(N_("Choose what you decide"), "decision")
    if state is State.PUBLISHED:
        return
    if reason not in set(Reason) or (is_answer and reason == Reason.ASKED_ALREADY):
        raise DiscussionRefused(N_("Choose why it is held back"), "reason")
    if reason == Reason.ASKED_ALREADY and not (same_given and same_fits):
        raise DiscussionRefused(N_("Choose the question that was asked before"), "same_as")
