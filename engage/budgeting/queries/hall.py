"""Reads of an evening in a hall."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from engage.budgeting.models import HallNight, PaperBatch, Pitch, Round
from engage.budgeting.rules.hall import Evening
from engage.budgeting.rules.stages import takes_votes
from engage.extensions import db


def hall_night(round_id: int) -> HallNight:
    """Return the evening of a round; one that nobody has counted yet stands at nought."""
    return db.session.get(HallNight, round_id) or HallNight(round_id=round_id, came=0, papers=0)


def pitches_of(round_id: int) -> list[Pitch]:
    """Return the pitches of a round in the order that was drawn; none: it isn't drawn yet."""
    query = select(Pitch).where(Pitch.round_id == round_id).order_by(Pitch.place)
    return list(db.session.scalars(query.options(joinedload(Pitch.project))))


def papers_issued(round_id: int) -> int | None:
    """Return how many papers the hall's own stations say they gave out; None where there is none.

    Stations elsewhere, in a library say, have papers of their own.
    """
    issued = select(func.sum(PaperBatch.issued)).where(
        PaperBatch.round_id == round_id, PaperBatch.in_hall
    )
    return db.session.scalar(issued)


def evening(round_: Round, night: HallNight, at: datetime) -> Evening:
    """Return how far the evening has come, as values."""
    drawn = select(Pitch.place).where(Pitch.round_id == round_.id).limit(1)
    return Evening(
        stage=round_.stage,
        is_in_time=takes_votes(round_.stage, round_.voting_opens_at, round_.voting_closes_at, at),
        drawn=db.session.scalar(drawn) is not None,
        must_hear_pitches=round_.must_hear_pitches,
        pitches_over=night.pitches_over_at is not None,
    )
