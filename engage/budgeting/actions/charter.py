"""Holding a round against the PB Charter."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import CharterAnswer, CharterDraft, Round
from engage.budgeting.queries.charter import charter_answers
from engage.budgeting.rules.charter import FEATURES, CharterRefused, may_answer, missing
from engage.extensions import db


def draft_charter(round_: Round, moment: str, answers: Mapping[str, tuple[str, str]]) -> None:
    """Keep what officers have written so far, for them alone. Raises CharterRefused."""
    may_answer(moment, round_.stage)
    _forget_draft(round_.id, moment)
    for feature in FEATURES:
        answer, evidence = answers[feature]
        db.session.add(
            CharterDraft(
                round_id=round_.id,
                moment=moment,
                feature=feature,
                answer=answer,
                evidence=evidence,
            )
        )
    db.session.flush()


def _forget_draft(round_id: int, moment: str) -> None:
    drafts = delete(CharterDraft).where(CharterDraft.round_id == round_id)
    db.session.execute(drafts.where(CharterDraft.moment == moment))


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

    All seven at once, or none; a draft of them is done with. Raises CharterRefused at the wrong
    time or where one is missing.
    """
    may_answer(moment, round_.stage)
    left = missing({feature: answer and shown for feature, (answer, shown) in answers.items()})
    if left:
        raise CharterRefused(f"Answer for “{left[0]}”, and say what shows it")
    _forget_draft(round_.id, moment)
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
