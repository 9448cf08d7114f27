"""Taking forms about how the vote was, from nobody in particular, and publishing what they say."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import Evaluation, EvaluationForm, Round
from engage.budgeting.queries.evaluation import evaluation_of
from engage.budgeting.rules.evaluation import QUESTIONS, EvaluationRefused, takes_evaluation
from engage.extensions import db
from engage.web.rules import N_


def send_evaluation(
    round_: Round, answers: Mapping[str, str], better: str, *, at: datetime
) -> None:
    """Take one form. Nothing is kept of who sent it or when; '' is a question left open.

    Raises EvaluationRefused outside its weeks, and for a form without a single answer.
    """
    is_published = evaluation_of(round_.id) is not None
    if not takes_evaluation(
        round_.stage,
        round_.voting_opens_at,
        round_.voting_closes_at,
        at,
        is_published=is_published,
    ):
        raise EvaluationRefused(N_("We do not take answers about this vote now"))
    if not better and not any(answers.get(name) for name in QUESTIONS):
        raise EvaluationRefused(N_("Answer at least one question"))
    db.session.execute(
        insert(EvaluationForm).values(
            round_id=round_.id,
            form_key=secrets.token_bytes(16),
            better=better,
            better_state="waiting",
            **{name: answers.get(name) or "" for name in QUESTIONS},
        )
    )


def judge_text(
    round_: Round, form_key: bytes, state: str, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Say of one text, once it was read, whether everybody may read it (“shown”, “not_shown”)."""
    db.session.execute(
        update(EvaluationForm)
        .where(EvaluationForm.round_id == round_.id, EvaluationForm.form_key == form_key)
        .values(better_state=state)
    )
    record(
        Happening.EVALUATION_TEXT_JUDGED, f"round:{round_.id}", at=at, actor_id=by, actor_role=role,
        state=state,
    )  # fmt: skip


def publish_evaluation(
    round_: Round, learned: str, changes: str, *, at: datetime, by: int, role: str = "officer"
) -> Evaluation:
    """Publish the answers with what was learned and what changes; the form takes no more then.

    Raises EvaluationRefused before the result is declared, and the second time.
    """
    if round_.stage != "declared":
        raise EvaluationRefused(N_("Publish the evaluation after the result is declared"))
    if evaluation_of(round_.id) is not None:
        raise EvaluationRefused(N_("The evaluation was published already"))
    made = Evaluation(
        round_id=round_.id, learned=learned, changes=changes, published_at=at, published_by=by
    )
    db.session.add(made)
    db.session.flush()
    record(
        Happening.EVALUATION_PUBLISHED, f"round:{round_.id}", at=at, actor_id=by, actor_role=role
    )
    return made
