"""Findings and decisions for tests."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from engage.engagements.models import Engagement
from engage.influence.actions import record_finding, record_influence
from engage.influence.models import Finding, Influence
from engage.influence.rules import text_hash
from engage.plans.models import Priority
from tests.conftest import NOW


def make_finding(
    session: Any,
    engagement: Engagement,
    sources: Sequence[tuple[str, int]],
    *,
    statement: str = "People want the paths lit at night.",
    theme: str = "Getting about",
    at: datetime = NOW,
    **facts: Any,
) -> Finding:
    """Record a finding that rests on ``sources`` (kind, id), and commit it."""
    facts = {"kind": "need", **facts}
    finding = record_finding(
        engagement, theme=theme, statement=statement, sources=sources, at=at, by=None, **facts
    )
    session.commit()
    return finding


def make_influence(
    session: Any,
    finding: Finding,
    priority: Priority | None,
    effect: str = "changed",
    *,
    text: str = "Mend and light the paths that most people use.",
    reason: str = "Many people asked for it and there is money for it.",
    decided_on: date | None = None,
    at: datetime = NOW,
) -> Influence:
    """Record what was done with a finding, and commit it."""
    influence = record_influence(
        finding,
        effect=effect,
        priority=priority,
        reason=reason,
        decided_by="Community Planning Board",
        decided_on=decided_on or at.date(),
        text=text,
        seen=text_hash(priority.text) if priority else "",
        at=at,
        by=None,
    )
    session.commit()
    return influence
