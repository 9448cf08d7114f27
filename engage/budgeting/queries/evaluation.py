"""Reads of how people found a vote."""

from sqlalchemy import func, select

from engage.budgeting.models import Ballot, Evaluation, EvaluationForm
from engage.budgeting.rules.evaluation import QUESTIONS, EvaluationFigures, figures
from engage.disclosure.rules import Cell, hold_back
from engage.extensions import db


def evaluation_of(round_id: int) -> Evaluation | None:
    """Return the published evaluation of a round."""
    return db.session.get(Evaluation, round_id)


def figures_of(round_id: int) -> EvaluationFigures:
    """Return what may be told of the answers about a round."""
    columns = [getattr(EvaluationForm, name) for name in QUESTIONS]
    rows = db.session.execute(select(*columns).where(EvaluationForm.round_id == round_id))
    return figures(dict(zip(QUESTIONS, row, strict=True)) for row in rows)


def voters_of_round(round_id: int) -> Cell:
    """Return how many voted in a round, held back where it is a small number.

    Whoever is marked at a station votes by the paper that is counted: the mark is no vote.
    """
    counted = select(func.count()).where(Ballot.round_id == round_id, Ballot.source != "desk")
    return hold_back(db.session.scalar(counted) or 0)


def texts_of(round_id: int, state: str) -> list[tuple[str, str]]:
    """Return the key (hexadecimal) and words of the texts at ``state``, in the order of words."""
    rows = db.session.execute(
        select(EvaluationForm.form_key, EvaluationForm.better).where(
            EvaluationForm.round_id == round_id,
            EvaluationForm.better != "",
            EvaluationForm.better_state == state,
        )
    )
    return sorted(((row[0].hex(), row[1]) for row in rows), key=lambda text: text[1].casefold())
