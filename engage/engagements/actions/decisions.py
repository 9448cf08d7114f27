"""Recording what was decided with people (R80), and where what they said is used again (R11)."""

from datetime import date, datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import Engagement, EngagementDecision, EvidenceUse
from engage.engagements.rules.reuse import refuse_reuse
from engage.extensions import db


def record_decision(
    engagement: Engagement,
    *,
    kind: str,
    title: str,
    decided_on: date,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> EngagementDecision:
    """Record a decision with the level that people were offered; what they say it reached is
    counted from their own answers, and nobody enters it."""
    decision = EngagementDecision(
        engagement_id=engagement.id,
        kind=kind,
        title=title,
        decided_on=decided_on,
        level_offered=engagement.level,
        at=at,
        by=by,
    )
    db.session.add(decision)
    db.session.flush()
    record(
        Happening.DECISION_RECORDED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        decision=decision.id,
        kind=kind,
        level=engagement.level,
    )
    return decision


def use_again(
    engagement: Engagement,
    *,
    item: str,
    item_reference: str,
    plan_kind: str,
    plan_reference: str,
    basis: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> EvidenceUse:
    """Record that what people said here is used in another plan.

    Raises ReuseRefused where what they were told does not allow it.
    """
    refuse_reuse(engagement.reuse_notice, basis)
    use = EvidenceUse(
        engagement_id=engagement.id,
        item=item,
        item_reference=item_reference,
        plan_kind=plan_kind,
        plan_reference=plan_reference,
        basis=basis,
        at=at,
        by=by,
    )
    db.session.add(use)
    db.session.flush()
    record(
        Happening.EVIDENCE_USED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        use=use.id,
        plan=plan_kind,
        basis=basis,
    )
    return use
