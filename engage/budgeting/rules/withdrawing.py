"""Taking back what one proposed: what that ends, when it is too late, and how it is told."""

from dataclasses import dataclass
from enum import StrEnum

from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.screening import CHECKING
from engage.web.rules import N_

#: Why a proposal is left out that was taken back, as everybody reads it.
WITHDRAWN = N_("Withdrawn by its proposer")


class Kind(StrEnum):
    """What is withdrawn.

    WHOLE: a proposal, for good. PART: one's own in a proposal that one's own became part of.
    LEAD: one's own in a proposal made of several, which the author of another part goes on with.
    LATE: a proposal whose ballot is settled; it stays there, and what it wins goes back.
    HELP: that one helps to write; nothing of the proposal changes.
    """

    WHOLE = "whole"
    PART = "part"
    LEAD = "lead"
    LATE = "late"
    HELP = "help"


@dataclass(frozen=True)
class Standing:
    """How a proposal stands when somebody wants to take it back.

    ``part`` is what they are to it: “author”, “body”, “officer” or “coauthor”. ``goes_on``:
    others whose proposals became part of it go on with it.
    """

    part: str
    stage: str
    is_withdrawn: bool
    is_merged: bool
    goes_on: bool
    on_ballot: bool
    has_award: bool


def kind_of(standing: Standing) -> Kind:
    """Return what would be withdrawn. Raises ProposalRefused with the reason where nothing can."""
    if standing.part == "coauthor":
        return Kind.HELP
    if standing.is_withdrawn:
        raise ProposalRefused(N_("This is withdrawn already"))
    if standing.is_merged:
        return Kind.PART
    if standing.has_award:
        raise ProposalRefused(N_("This has an award: give the award up on its own page"))
    if standing.goes_on:
        return Kind.LEAD
    if standing.stage in CHECKING:
        return Kind.WHOLE
    if standing.on_ballot:
        return Kind.LATE
    raise ProposalRefused(N_("This is not on the ballot, so there is nothing to withdraw"))


def reason_of_award(reason: str) -> str:
    """Return why the award of a project ends that was withdrawn, for its page and the officers'.

    >>> reason_of_award("Our hall is sold")
    'Withdrawn by its proposer: Our hall is sold'
    """
    return f"{WITHDRAWN}: {reason}" if reason else WITHDRAWN


#: What those who have to do with a proposal read. The successor reads theirs besides.
LETTERS = {
    Kind.WHOLE: "“{title}” is withdrawn. It will not be on the ballot. What it said is kept, and "
    "nothing can bring it back. While proposals are open its author can start a new one with the "
    "same words.",
    Kind.PART: "One of those whose proposals became “{title}” has no more part in it. It goes on "
    "with everybody else, and says what it said.",
    Kind.LEAD: "The author of “{title}” has no more part in it. It goes on, and says what it said. "
    "From now on the author of the proposal that joined it first is its author.",
    Kind.LATE: "“{title}” was withdrawn after the ballot was settled. It stays on the ballot, "
    "since nobody may change what people vote on. If it wins, no money is paid for it: by the "
    "rule of the fund the money goes on.",
    Kind.HELP: "Somebody who helped to write “{title}” does so no more. Nothing else changes.",
}


def withdrawal_letter(kind: Kind, round_title: str, title: str) -> tuple[str, str]:
    """Return the subject and body of what everybody who has to do with a proposal is told."""
    subject = {
        Kind.WHOLE: f"Withdrawn: {title}",
        Kind.LATE: f"Withdrawn: {title}",
    }.get(kind, f"Your proposal: {title}")
    return subject, f"{round_title}: {title}\n\n{LETTERS[kind].format(title=title)}"


def officers_letter(
    kind: Kind, round_title: str, title: str, reason: str, link: str, *, is_public: bool = False
) -> tuple[str, str]:
    """Return the subject and body of what the officers of a fund are told."""
    todo = {
        Kind.LATE: "It stays on the ballot. If it wins, its award ends at once when you offer the "
        "awards, and you decide on its money by the rule of the fund.",
        Kind.WHOLE: "It stands on the public list of what was left out.",
    }.get(kind, "The proposal itself goes on.")
    why = f"Why, in their words:\n{reason}" if reason else "They gave no reason."
    if is_public:
        why += "\n\nThey want everybody to read it: read it first, and say whether it is shown."
    body = [f"{round_title}: {title}", LETTERS[kind].format(title=title), why, todo,
            f"Open the proposal:\n{link}"]  # fmt: skip
    return f"Withdrawn: {title}", "\n\n".join(body)
