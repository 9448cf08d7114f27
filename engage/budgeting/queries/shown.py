"""What the page of a round has to show, asked at once: most rounds have little of it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from engage.budgeting.models import (
    Approval,
    CharterAnswer,
    Criterion,
    GapAcknowledged,
    Proposal,
    RoundEvent,
    RoundScrutineer,
    RuleVersion,
    VoteRemoval,
    Withdrawal,
)
from engage.budgeting.rules.charter import FEATURES, Moment
from engage.extensions import db


@dataclass(frozen=True)
class Shown:
    """Which of the things that only some rounds have this one has, so that no page reads a table
    to learn that nothing of its round stands in it."""

    charter: bool
    changed_rules: bool
    criteria: bool
    left_out: bool
    late: bool
    events: bool
    two_people: bool
    gaps: bool


def _has(
    column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists(select(1).where(column == bindparam("round_id"), *conditions))


_CHARTER_ANSWERED = (
    select(func.count() == len(FEATURES))
    .where(
        CharterAnswer.round_id == bindparam("round_id"),
        CharterAnswer.moment == Moment.BEFORE.value,
    )
    .scalar_subquery()
)
#: Asked at every visit, and so put together once; in the order of the fields of Shown.
_SHOWN = select(
    _CHARTER_ANSWERED,
    _has(RuleVersion.round_id, RuleVersion.n > 1),
    _has(Criterion.round_id),
    _has(Proposal.round_id, Proposal.stage == "left_out"),
    exists(
        select(1)
        .select_from(Withdrawal)
        .join(Proposal, Proposal.id == Withdrawal.proposal_id)
        .where(Proposal.round_id == bindparam("round_id"), Withdrawal.kind == "late")
    ),
    _has(RoundEvent.round_id),
    _has(RoundScrutineer.round_id)
    | _has(Approval.round_id, Approval.outcome == "agreed")
    | _has(VoteRemoval.round_id),
    _has(GapAcknowledged.round_id, GapAcknowledged.second_by.is_not(None)),
)


def shown_of(round_id: int) -> Shown:
    """Return what the page of a round has to show."""
    return Shown(*map(bool, db.session.execute(_SHOWN, {"round_id": round_id}).one()))
