"""What nobody does alone: Carys asks, and Ada is the second person."""

from datetime import datetime, timedelta

from engage.budgeting.actions.counting import ask_to_declare, count_round, declare_result
from engage.budgeting.actions.extending import ask_to_extend
from engage.budgeting.actions.removing import ask_to_remove, remove
from engage.budgeting.actions.reviewing import keep_voters, list_voter
from engage.budgeting.models import Approval, Round
from engage.budgeting.queries.approvals import waiting_of
from engage.budgeting.queries.reviews import reviews_of
from engage.budgeting.rules.approvals import What
from engage.demo.actions.funds import address_of
from engage.demo.rules.story import Story

#: Two of those who registered from home, and turn out to have a card as well.
DOUBTED = (40, 41)


def ask_for_longer(story: Story, round_: Round, at: datetime) -> None:
    """Let Carys ask for two more days; it waits for Ada, or for whoever tries the demo."""
    ask_to_extend(
        round_,
        round_.voting_closes_at + timedelta(days=2),
        "The ferries did not sail for two days, so the islands could not get to the library.",
        at=at,
        by=story.officer,
    )


def doubt_two_voters(story: Story, round_: Round, at: datetime) -> None:
    """Let Carys put two voters on the list by hand."""
    for number in DOUBTED:
        list_voter(round_, "email", address_of(round_, number), "twice", at=at, by=story.officer)


def ask_to_remove_two(story: Story, round_: Round, at: datetime) -> None:
    """Let Carys ask that the votes of these two be removed."""
    ask_to_remove(
        round_,
        _lines(round_, "twice"),
        "twice",
        "Both told the librarian that they had voted with a card before.",
        at=at,
        by=story.officer,
    )


def remove_two_votes(story: Story, round_: Round, at: datetime) -> None:
    """Let Ada agree to the removal."""
    remove(_asked(round_, What.REMOVE), at=at, by=_second(story), role="administrator")


def keep_the_library(story: Story, round_: Round, at: datetime) -> None:
    """Let Carys keep everybody who registered at the library, and the votes be counted."""
    keep_voters(round_, _lines(round_, "source"), at=at, by=story.officer)
    count_round(round_, at=at, by=story.officer)


def ask_to_confirm(story: Story, round_: Round, at: datetime) -> None:
    """Let Carys confirm the count, and ask for a second person."""
    ask_to_declare(round_, at=at, by=story.officer)


def confirm(story: Story, round_: Round, at: datetime) -> None:
    """Let Ada confirm the same count: it is the result."""
    declare_result(_asked(round_, What.CERTIFY), at=at, by=_second(story), role="administrator")


#: What is done after the close, one after the other, and committed after each.
STEPS = (
    doubt_two_voters,
    ask_to_remove_two,
    remove_two_votes,
    keep_the_library,
    ask_to_confirm,
    confirm,
)


def _second(story: Story) -> int:
    return story.accounts["Ada"]


def _lines(round_: Round, reason: str) -> list[str]:
    return [review.public_id for review, _ in reviews_of(round_.id) if review.reason == reason]


def _asked(round_: Round, what: What) -> Approval:
    asked = waiting_of(round_.id, what)
    assert asked is not None  # noqa: S101 - the step before made it
    return asked
