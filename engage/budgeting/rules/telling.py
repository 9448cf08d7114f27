"""What the people who proposed projects read when the result is out."""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.budgeting.rules.rounds import pounds


@dataclass(frozen=True)
class ProposalOutcome:
    """What became of one proposal. ``award_pence`` is None where it isn't funded."""

    title: str
    was_on_ballot: bool
    award_pence: int | None

    @property
    def words(self) -> str:
        """The outcome in a sentence or two."""
        if self.award_pence is not None:
            return f"“{self.title}” is funded, with {pounds(self.award_pence)}."
        if self.was_on_ballot:
            return f"“{self.title}” is not funded this time."
        return f"“{self.title}” was not on the ballot, so it is not funded. We told you why before."


def letter(round_title: str, outcomes: Sequence[ProposalOutcome], link: str) -> tuple[str, str]:
    """Return the subject and body of what a proposer is told: all their own projects at once."""
    body = [
        f"The votes in {round_title} are counted, and the result is out.",
        *[outcome.words for outcome in outcomes],
        f"See every project, and why it is funded or not:\n{link}",
    ]
    return f"The result is out: {round_title}", "\n\n".join(body)


def rules_letter(round_title: str, reason: str, link: str) -> tuple[str, str]:
    """Return the subject and body of what a proposer is told when the rules change."""
    body = [
        f"The rules of {round_title} changed. Why:",
        reason,
        f"See what changed:\n{link}",
    ]
    return f"The rules changed: {round_title}", "\n\n".join(body)
