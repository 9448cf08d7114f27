"""A vote in a hall: two minutes for each project, then paper, and the winners the same evening."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engage.budgeting.rules.refusals import RoundRefused

#: How long each project may speak.
PITCH_SECONDS = 120
#: How long after the last pitch the winners should be known.
RESULT_WITHIN = timedelta(minutes=30)
#: More people than any hall holds: what is typed above it is a slip.
FULLEST_HALL = 5000


class HallRefused(RoundRefused):
    """What was asked of the evening can't be done; the message says why."""


@dataclass(frozen=True)
class Evening:
    """How far an evening has come. ``drawn`` says that the order of the pitches is drawn."""

    stage: str
    is_in_time: bool
    drawn: bool
    must_hear_pitches: bool
    pitches_over: bool


def may_draw(evening: Evening) -> None:
    """Refuse to draw the order of the pitches where it can't be drawn. Raises HallRefused."""
    if evening.stage != "voting":
        raise HallRefused("The order is drawn once the ballot is final, before voting closes")
    if evening.drawn:
        raise HallRefused("The order was drawn already, and it stays")


def may_end_pitches(evening: Evening) -> None:
    """Refuse to call the pitches over before they began, or twice. Raises HallRefused."""
    if not evening.drawn:
        raise HallRefused("Draw the order of the pitches first")
    if evening.pitches_over:
        raise HallRefused("The pitches are over already")


def may_hand_out(evening: Evening) -> None:
    """Refuse to give out ballot papers at the wrong time. Raises HallRefused."""
    if evening.stage != "voting" or not evening.is_in_time:
        raise HallRefused("Ballot papers are given out while voting is open")
    if evening.must_hear_pitches and not evening.pitches_over:
        raise HallRefused("People must hear every pitch first: end the pitches")


def counted_on(before: int, change: int, what: str) -> int:
    """Return a count at the door after ``change``. Raises HallRefused for what can't be."""
    after = before + change
    if not 0 <= after <= FULLEST_HALL:
        raise HallRefused(f"Enter a change that leaves from 0 to {FULLEST_HALL:,} {what}")
    return after


def result_due(pitches_over_at: datetime) -> datetime:
    """Return by when the winners should be known."""
    return pitches_over_at + RESULT_WITHIN
