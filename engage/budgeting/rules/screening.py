"""How proposals are checked: by criteria that were published before, each with an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.web.rules import N_

#: How many criteria a round may have.
MOST_CRITERIA = 10
#: What a new round checks, until its officers say otherwise.
USUAL_CRITERIA = (
    N_("It is eligible: who sent it, where it is and what it pays for fit the rules of the fund"),
    N_("It is feasible: it can be done, by the people named, in the time there is"),
    N_("It is legal: the law allows it, and permissions can be had"),
    N_("Its cost is checked: the money asked for is what it takes"),
)
ANSWERS = ("met", "not_met", "not_relevant")
ACCEPT, LEAVE_OUT = "accept", "leave_out"
#: Until when these stages let proposals be checked.
CHECKING = (Stage.PROPOSALS, Stage.SCREENING)


@dataclass(frozen=True)
class Answer:
    """How a proposal stands to one criterion: “met”, “not_met” or “not_relevant”; and why."""

    answer: str
    note: str = ""


def check_criteria(criteria: Sequence[str]) -> None:
    """Refuse criteria that can't be published so. Raises RoundRefused."""
    if not criteria:
        raise RoundRefused(N_("Enter at least one criterion"))
    if len(criteria) > MOST_CRITERIA:
        raise RoundRefused(N_("Enter 10 criteria or fewer"))
    if len(set(criteria)) < len(criteria):
        raise RoundRefused(N_("Enter each criterion once"))


def answer_faults(criteria: Sequence[int], answers: Mapping[int, Answer]) -> list[ProposalRefused]:
    """Return where answers leave a criterion open, or say “not met” without a reason.

    ``criteria`` are their ids.
    """
    faults = []
    for criterion in criteria:
        given = answers.get(criterion)
        if given is None or given.answer not in ANSWERS:
            faults.append(ProposalRefused(N_("Choose whether this is met"), f"answer_{criterion}"))
        elif given.answer == "not_met" and not given.note:
            faults.append(ProposalRefused(N_("Enter why it is not met"), f"note_{criterion}"))
    return faults


def check_answers(criteria: Sequence[int], answers: Mapping[int, Answer]) -> None:
    """Refuse answers at their first fault. Raises ProposalRefused."""
    for fault in answer_faults(criteria, answers):
        raise fault


def reason_faults(
    decision: str | None,
    reason: str,
    cost: tuple[bool, str] = (False, ""),
    pot: tuple[bool, str] = (False, ""),
) -> list[ProposalRefused]:
    """Return which reasons a decision lacks: its own, and those of what the check changed.

    ``cost`` and ``pot`` are each whether it was changed, and why.
    """
    accepts = decision == ACCEPT
    faults = [
        (decision == LEAVE_OUT and not reason, N_("Enter the reason"), "reason"),
        (
            accepts and cost[0] and not cost[1],
            N_("Enter the reason for the new cost"),
            "cost_reason",
        ),
        (
            accepts and pot[0] and not pot[1],
            N_("Enter the reason for another part of the fund"),
            "pot_reason",
        ),
    ]
    return [ProposalRefused(words, about) for lacks, words, about in faults if lacks]


def check_decision(decision: str, criteria: Sequence[int], answers: Mapping[int, Answer]) -> None:
    """Refuse a decision that doesn't follow from the answers. Raises ProposalRefused.

    A round from before there were criteria has none: there the reason alone counts.
    """
    check_answers(criteria, answers)
    fails = any(answers[criterion].answer == "not_met" for criterion in criteria)
    if decision == ACCEPT and fails:
        raise ProposalRefused(
            N_("Leave it out: a criterion is not met, so it cannot be on the ballot"), "decision"
        )
    if decision == LEAVE_OUT and criteria and not fails:
        raise ProposalRefused(
            N_("Say which criterion is not met: nothing else keeps a proposal off the ballot"),
            "decision",
        )


def replies_until(left_out_at: datetime, reply_days: int) -> datetime | None:
    """Return the instant until which somebody may reply; None: until the ballot is settled.

    >>> replies_until(datetime(2026, 3, 1, 9), 5)
    datetime.datetime(2026, 3, 6, 9, 0)
    """
    return left_out_at + timedelta(days=reply_days) if reply_days else None


def reply_words(until_words: str, opens_words: str, link: str) -> str:
    """Return what somebody who was left out is told of their right to reply.

    ``until_words`` is the last instant, '' where the round names none: then it is before voting
    opens, at ``opens_words``.
    """
    when = (
        f"until {until_words}"
        if until_words
        else f"as soon as you can: the ballot is made before voting opens at {opens_words}"
    )
    return (
        f"You can reply once, {when}. Then somebody else checks it again, and what "
        f"they decide stands. Open your proposal with your reference to reply:\n{link}"
    )


def answer_lines(answers: Sequence[tuple[str, Answer]]) -> str:
    """Return each criterion with its answer and the reason, as a letter lists them."""
    words = {"met": "met", "not_met": "not met", "not_relevant": "does not apply"}
    return "\n".join(
        f"- {criterion}: {words[given.answer]}" + (f". {given.note}" if given.note else "")
        for criterion, given in answers
    )
