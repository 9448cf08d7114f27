"""Setting the criteria of a round while nobody sees it yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import Criterion, Round
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.screening import check_criteria
from engage.budgeting.rules.stages import Stage
from engage.extensions import db
from engage.web.rules import N_


def set_criteria(
    round_: Round, words: Sequence[str], *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Set what every proposal of a round is held against, in this order.

    Raises RoundRefused once the round is public, for none, for more than ten, and for twice the
    same.
    """
    if round_.stage != Stage.PREPARING:
        raise RoundRefused(N_("The criteria are fixed: the fund is public"))
    check_criteria(words)
    put_criteria(round_, words)
    flag_modified(round_, "stage")  # the version of the round rises with its criteria
    db.session.flush()
    record(
        Happening.CRITERIA_SET,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        criteria=len(words),
    )


def put_criteria(round_: Round, words: Sequence[str]) -> None:
    """Put criteria in the place of those that a round has."""
    db.session.execute(delete(Criterion).where(Criterion.round_id == round_.id))
    for position, text in enumerate(words, start=1):
        db.session.add(Criterion(round_id=round_.id, position=position, words=text))
    db.session.flush()
