"""Reads of decisions with the level of engagement (R80), and of evidence used again (R11)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from engage.engagements.models import Engagement, EngagementDecision, EvidenceUse
from engage.extensions import db


def decisions_of(engagement_id: int) -> list[EngagementDecision]:
    """Return the decisions that an engagement was about, the latest first."""
    query = (
        select(EngagementDecision)
        .where(EngagementDecision.engagement_id == engagement_id)
        .order_by(EngagementDecision.decided_on.desc(), EngagementDecision.id.desc())
    )
    return list(db.session.scalars(query))


def all_decisions(
    *, offset: int = 0, limit: int | None = None
) -> list[tuple[EngagementDecision, Engagement]]:
    """Return every decision with its engagement, the latest first."""
    query = (
        select(EngagementDecision, Engagement)
        .join(Engagement, Engagement.id == EngagementDecision.engagement_id)
        .order_by(EngagementDecision.decided_on.desc(), EngagementDecision.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [(decision, engagement) for decision, engagement in db.session.execute(query)]


def decision_rows() -> Sequence[Any]:
    """Return every decision as rows for a download, the latest first, with its engagement's id."""
    one = EngagementDecision
    return db.session.execute(
        select(one.title, one.kind, one.decided_on, Engagement.title.label("engagement"),
               one.level_offered, one.engagement_id)
        .join(Engagement, Engagement.id == one.engagement_id)
        .order_by(one.decided_on.desc(), one.id.desc())
    ).all()  # fmt: skip


def kinds_and_levels() -> list[tuple[str, str]]:
    """Return the kind and the level offered of every decision."""
    query = select(EngagementDecision.kind, EngagementDecision.level_offered)
    return [(kind, level) for kind, level in db.session.execute(query)]


def uses_of(engagement_id: int) -> list[EvidenceUse]:
    """Return where what people said here is used again, the latest first."""
    query = (
        select(EvidenceUse)
        .where(EvidenceUse.engagement_id == engagement_id)
        .order_by(EvidenceUse.at.desc(), EvidenceUse.id.desc())
    )
    return list(db.session.scalars(query))


def all_uses(
    plan_kind: str = "", *, offset: int = 0, limit: int | None = None
) -> list[tuple[EvidenceUse, Engagement]]:
    """Return every use with its engagement, the latest first; of one kind of plan if asked."""
    query = (
        select(EvidenceUse, Engagement)
        .join(Engagement, Engagement.id == EvidenceUse.engagement_id)
        .order_by(EvidenceUse.at.desc(), EvidenceUse.id.desc())
        .offset(offset)
        .limit(limit)
    )
    if plan_kind:
        query = query.where(EvidenceUse.plan_kind == plan_kind)
    return [(use, engagement) for use, engagement in db.session.execute(query)]


def count_uses(plan_kind: str = "") -> int:
    """Return how many uses ``all_uses`` would give without a limit."""
    query = select(func.count(EvidenceUse.id))
    if plan_kind:
        query = query.where(EvidenceUse.plan_kind == plan_kind)
    return db.session.scalar(query) or 0
