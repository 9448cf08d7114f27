"""Recording what was tried to reach people, barriers that they met, and what came of both."""

from datetime import date, datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import OutreachAttempt, SupportNeed
from engage.engagements.rules.efforts import EffortRefused
from engage.extensions import db
from engage.web.rules import N_


def note_attempt(
    *,
    body_id: int | None,
    community_id: int | None,
    on_day: date,
    channel: str,
    partner_id: int | None,
    offered: str,
    response: str,
    next_step: str,
    next_on: date | None,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> OutreachAttempt:
    """Record one try to bring a body, or a community without one, to take part (R05).

    Raises EffortRefused for a day to come, and for a next step without its day or before it.
    """
    if on_day > today:
        raise EffortRefused(N_("Enter a day that is not in the future"))
    if bool(next_step) != (next_on is not None):
        raise EffortRefused(N_("Enter both the next step and its day, or neither"))
    if next_on is not None and next_on < on_day:
        raise EffortRefused(N_("The next step comes after this attempt"))
    attempt = OutreachAttempt(
        body_id=body_id,
        community_id=community_id,
        on_day=on_day,
        channel=channel,
        partner_id=partner_id,
        offered=offered,
        response=response,
        next_step=next_step,
        next_on=next_on,
        recorded_at=at,
    )
    db.session.add(attempt)
    db.session.flush()
    record(
        Happening.OUTREACH_RECORDED,
        f"outreach:{attempt.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=body_id,
        community=community_id,
        channel=channel,
        response=response,
    )
    return attempt


def raise_need(
    barrier: str,
    *,
    body_id: int | None,
    engagement_id: int | None,
    wanted: str,
    raised_on: date,
    raised_by: str,
    at: datetime,
    by: int | None,
    role: str,
) -> SupportNeed:
    """Record a barrier that a body, or people at an engagement, met (R06): never who they are.

    ``raised_by`` is “officer” or “group”. Raises EffortRefused where it is nobody's.
    """
    if body_id is None and engagement_id is None:
        raise EffortRefused(N_("Enter the group, or choose the consultation or event"))
    need = SupportNeed(
        barrier=barrier,
        body_id=body_id,
        engagement_id=engagement_id,
        wanted=wanted,
        raised_on=raised_on,
        raised_by=raised_by,
    )
    db.session.add(need)
    _record(Happening.SUPPORT_RAISED, need, at=at, by=by, role=role)
    return need


def settle_need(
    need: SupportNeed,
    outcome: str,
    *,
    support: str,
    reason: str,
    partner_id: int | None,
    cost_pence: int,
    minutes: int,
    today: date,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say what was done about a barrier and what came of it; it can be corrected later.

    Raises EffortRefused where it was not met and no reason is given, or was met by nothing.
    """
    if outcome == "not_met" and not reason:
        raise EffortRefused(N_("Enter why it was not met"))
    if outcome != "not_met" and not support:
        raise EffortRefused(N_("Enter what was done"))
    need.outcome, need.support, need.reason = outcome, support, reason
    need.partner_id, need.cost_pence, need.minutes = partner_id, cost_pence, minutes
    need.settled_on = today
    _record(Happening.SUPPORT_SETTLED, need, at=at, by=by, role=role)


def _record(
    happening: Happening, need: SupportNeed, *, at: datetime, by: int | None, role: str
) -> None:
    db.session.flush()
    record(
        happening,
        f"support:{need.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        barrier=need.barrier,
        outcome=need.outcome,
        body=need.body_id,
        engagement=need.engagement_id,
    )
