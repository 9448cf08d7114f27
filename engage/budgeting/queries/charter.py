"""Reads of a round's self-check."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from engage.accounts.models import Account
from engage.budgeting.models import CharterAnswer, CharterDraft
from engage.budgeting.rules.charter import FEATURES, answered
from engage.extensions import db


def charter_answers(round_id: int, moment: str) -> dict[str, CharterAnswer]:
    """Return the answers of one moment by feature, in the Charter's order."""
    query = select(CharterAnswer).where(
        CharterAnswer.round_id == round_id, CharterAnswer.moment == moment
    )
    found = {answer.feature: answer for answer in db.session.scalars(query)}
    return {feature: found[feature] for feature in FEATURES if feature in found}


def charter_draft(round_id: int, moment: str) -> dict[str, CharterDraft]:
    """Return what officers have written so far and not finished, by feature; {} for no draft."""
    query = select(CharterDraft).where(
        CharterDraft.round_id == round_id, CharterDraft.moment == moment
    )
    return {draft.feature: draft for draft in db.session.scalars(query)}


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


def charter_state(round_id: int, moment: str) -> tuple[str, int]:
    """Return where a self-check stands, “done”, “begun” or “empty”, and how many are answered.

    “begun” is a draft, be it of the first answers or of a change to them.
    """
    draft = charter_draft(round_id, moment)
    if draft:
        return "begun", answered({name: (d.answer, d.evidence) for name, d in draft.items()})
    number = len(FEATURES) - charter_missing(round_id, moment)
    return ("done" if number == len(FEATURES) else "empty"), number
