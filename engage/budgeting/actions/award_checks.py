"""Recording that an officer checked who holds the money of an award, and its papers."""

from datetime import datetime

from engage.audit.rules import Happening
from engage.budgeting.actions.awards import award_trail
from engage.budgeting.models import Award, AwardCheck
from engage.budgeting.queries.delivery import check_of
from engage.budgeting.rules.delivery import AwardRefused, AwardStage
from engage.extensions import db
from engage.web.rules import N_


def record_holder_check(award: Award, note: str, *, at: datetime, by: int, role: str) -> None:
    """Record once who checked the holder of an award, when, and what they saw.

    Raises AwardRefused before the award is accepted, after its end, and where it is recorded.
    """
    if award.stage not in (AwardStage.ACCEPTED, AwardStage.UNDER_WAY):
        raise AwardRefused(N_("Who holds the money is checked once the award is accepted"))
    if check_of(award.id) is not None:
        raise AwardRefused(N_("Somebody recorded this check before you"))
    db.session.add(AwardCheck(award_id=award.id, note=note, checked_at=at, checked_by=by))
    db.session.flush()
    award_trail(Happening.AWARD_HOLDER_CHECKED, f"award:{award.id}", at, by, role)
