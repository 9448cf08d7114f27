"""Reads of an engagement as Analyse, Plan, Do, Review (R79)."""

from sqlalchemy import select

from engage.engagements.models import LeapIndicator, LeapJudgement, LeapRecord
from engage.engagements.rules.leap import COLUMNS
from engage.extensions import db


def leap_words(engagement_id: int) -> dict[str, str]:
    """Return what was written, by part; '' where nothing was."""
    record = db.session.get(LeapRecord, engagement_id)
    return {name: getattr(record, name) if record else "" for name in COLUMNS}


def indicators_of(engagement_id: int) -> list[tuple[LeapIndicator, LeapJudgement | None]]:
    """Return the indicators of the plan, each with how it was judged in the review."""
    query = (
        select(LeapIndicator, LeapJudgement)
        .outerjoin(LeapJudgement, LeapJudgement.indicator_id == LeapIndicator.id)
        .where(LeapIndicator.engagement_id == engagement_id)
        .order_by(LeapIndicator.position)
    )
    return [(indicator, judged) for indicator, judged in db.session.execute(query)]
