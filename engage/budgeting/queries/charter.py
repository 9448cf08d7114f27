"""Reads of a round's self-check."""

from sqlalchemy import func, select

from engage.budgeting.models import CharterAnswer
from engage.budgeting.rules.charter import FEATURES
from engage.extensions import db


def charter_answers(round_id: int, moment: str) -> dict[str, CharterAnswer]:
    """Return the answers of one moment by feature, in the Charter's order."""
    query = select(CharterAnswer).where(
        CharterAnswer.round_id == round_id, CharterAnswer.moment == moment
    )
    found = {answer.feature: answer for answer in db.session.scalars(query)}
    return {feature: found[feature] for feature in FEATURES if feature in found}


def charter_missing(round_id: int, moment: str) -> int:
    """Return how many features have no answer at this moment."""
    query = select(func.count()).where(
        CharterAnswer.round_id == round_id, CharterAnswer.moment == moment
    )
    return len(FEATURES) - (db.session.scalar(query) or 0)
