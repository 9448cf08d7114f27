"""Holding a round against the PB Charter."""

from collections.abc import Mapping
from datetime import datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import CharterAnswer, Round
from engage.budgeting.queries.charter import charter_answers
from engage.budgeting.rules.charter import FEATURES, CharterRefused, may_answer, missing
from engage.extensions import db


def answer_charter(
    round_: Round,
    moment: str,
    answers: Mapping[str, tuple[str, str]],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Keep how far a round has each feature: pairs of answer and what shows it, by feature.

    All seven at once, or none. Raises CharterRefused at the wrong time or where one is missing.
    """
    may_answer(moment, round_.stage)
    left = missing({feature: answer and shown for feature, (answer, shown) in answers.items()})
    if left:
        raise CharterRefused(f"Answer for “{left[0]}”, and say what shows it")
    standing = charter_answers(round_.id, moment)
    for feature in FEATURES:
        row = standing.get(feature)
        if row is None:
            row = CharterAnswer(round_id=round_.id, moment=moment, feature=feature)
            db.session.add(row)
        row.answer, row.evidence = answers[feature]
        row.at, row.by = at, by
    db.session.flush()
    record(
        Happening.CHARTER_ANSWERED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        moment=moment,
    )
