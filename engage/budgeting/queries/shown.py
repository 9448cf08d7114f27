"""What the page of a round has to show, asked at once: most rounds have little of it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from engage.budgeting.models import (
    Approval,
    CharterAnswer,
    Criterion,
    GapAcknowledged,
    Proposal,
    Round,
    RoundEvent,
    RoundScrutineer,
    RuleVersion,
    VoteRemoval,
    Withdrawal,
)
from engage.budgeting.rules.charter import FEATURES, Moment
from engage.budgeting.rules.stages import Stage
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.partners.models import Partnership
from engage.partners.queries import note_partnership


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
    return exists(select(1).where(column == Round.id, *conditions).correlate(Round))


_CHARTER_ANSWERED = (
    select(func.count() == len(FEATURES))
    .where(
        CharterAnswer.round_id == Round.id,
        CharterAnswer.moment == Moment.BEFORE.value,
    )
    .correlate(Round)
    .scalar_subquery()
)
#: Asked at every visit, and so put together once; after the round and the partnership, in the
#: order of Shown's fields.
_ROUND_AND_SHOWN = (
    select(
        Round,
        Partnership,
        _CHARTER_ANSWERED,
        _has(RuleVersion.round_id, RuleVersion.n > 1),
        _has(Criterion.round_id),
        _has(Proposal.round_id, Proposal.stage == "left_out"),
        exists(
            select(1)
            .select_from(Withdrawal)
            .join(Proposal, Proposal.id == Withdrawal.proposal_id)
            .where(Proposal.round_id == Round.id, Withdrawal.kind == "late")
            .correlate(Round)
        ),
        _has(RoundEvent.round_id),
        _has(RoundScrutineer.round_id)
        | _has(Approval.round_id, Approval.outcome == "agreed")
        | _has(VoteRemoval.round_id),
        _has(GapAcknowledged.round_id, GapAcknowledged.second_by.is_not(None)),
    )
    .join(Round.engagement)
    .outerjoin(Partnership, true())
    .where(Engagement.slug == bindparam("slug"), Round.stage != Stage.PREPARING)
    .options(contains_eager(Round.engagement))
)


def public_round_shown(slug: str) -> tuple[Round, Shown] | None:
    """Return the round at this address, if residents may see it, with what its page has to show.

    Whose site this is comes with it: the frame of the page asks for that next.
    """
    row = db.session.execute(_ROUND_AND_SHOWN, {"slug": slug}).one_or_none()
    if row is None:
        return None
    note_partnership(row[1])
    return row[0], Shown(*map(bool, row[2:]))
