"""Reads of a round's self-check."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from engage.accounts.models import Account
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


def answered_by(answers: Iterable[CharterAnswer]) -> list[tuple[str, datetime]]:
    """Return who gave answers, and when last, for officers' pages; '' where nobody is known."""
    last: dict[int | None, datetime] = {}
    for answer in answers:
        last[answer.by] = max(answer.at, last.get(answer.by, answer.at))
    names: dict[int | None, str] = dict(
        db.session.execute(select(Account.id, Account.name).where(Account.id.in_(last))).all()
    )
    return [(names.get(id_, ""), at) for id_, at in last.items()]


def charter_missing(round_id: int, moment: str) -> int:
    """Return how many features have no answer at this moment."""
    query = select(func.count()).where(
        CharterAnswer.round_id == round_id, CharterAnswer.moment == moment
    )
    return len(FEATURES) - (db.session.scalar(query) or 0)
