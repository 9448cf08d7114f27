"""What the people who proposed projects read when the result is out."""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.budgeting.rules.refusals import pounds


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


def post_letter(
    round_title: str,
    project: str,
    words: str,
    link: str,
    *,
    part: str,
    is_answer: bool,
    reason: str = "",
    same: str = "",
) -> tuple[str, str]:
    """Return the subject and body of what is told about a question or an answer.

    ``part`` “writer”: to whoever wrote it; “reader”: to the other side, once it is published.
    ``reason`` is why it was held back, '' where it was published; ``same`` is the question that
    had been asked before.
    """
    what = "answer" if is_answer else "question"
    body = [f"{round_title}: {project}"]
    if reason:
        subject = f"Your {what} is not published"
        body += [f"We read your {what} and did not publish it. Why:", reason]
        body += [f"The question that was asked before:\n“{same}”"] if same else []
        body += ["You can write another answer."] if is_answer else []
    elif part == "writer":
        subject = f"Your {what} is published"
        body += [f"Everybody can read your {what} now:", f"“{words}”"]
    elif is_answer:
        subject = "Your question is answered"
        body += [f"The people who proposed the project answered you:\n“{words}”"]
    else:
        subject = f"Somebody asked about your project: {project}"
        body += [f"Somebody asks:\n“{words}”", "Open your proposal to answer."]
    return subject, "\n\n".join([*body, f"All questions and answers:\n{link}"])
