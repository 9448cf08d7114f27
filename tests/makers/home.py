"""What the pages that span slices draw on: a partnership, something open, something decided."""

from datetime import date, timedelta
from typing import Any

from engage import clock
from engage.consultations.models import Consultation, Response
from engage.influence.models import Finding, FindingSource, Influence
from engage.messages.actions import reference_address
from engage.partners.models import Partnership
from engage.plans.models import Draft, Plan, Priority
from tests.makers.engagements import make_engagement

REFERENCE = "7K3M-P2QX-9D4F-TZ6W"


def make_partnership(session: Any, council_code: str | None = None, **facts: Any) -> Partnership:
    """Make Strathlyle the partnership whose site this is, and commit it."""
    facts = {"name": "Strathlyle Community Planning Partnership", "colour": "#5b2a86", **facts}
    partnership = Partnership(id=1, council_code=council_code, **facts)
    session.add(partnership)
    session.commit()
    return partnership


def make_open_consultation(
    session: Any, title: str = "Lyle Harbour plan", *, stage: str = "open", **facts: Any
) -> Consultation:
    """Make a consultation on a draft, open since yesterday by the real clock, and commit it."""
    at = clock.now()
    facts = {"opens_at": at - timedelta(days=1), "closes_at": at + timedelta(days=9), **facts}
    engagement = make_engagement(session, title, **facts)
    plan = Plan(slug=f"plan-{engagement.id}", title=title, kind="loip", created_at=at)
    plan.drafts = [Draft(number=1, published_at=at)]
    session.add(plan)
    session.flush()
    consultation = Consultation(
        engagement_id=engagement.id, draft_id=plan.drafts[0].id, stage=stage
    )
    session.add(consultation)
    session.commit()
    return consultation


def make_sent_response(
    session: Any, consultation: Consultation, reference: str = REFERENCE, **facts: Any
) -> Response:
    """Make a submitted response under ``reference`` and commit it."""
    at = clock.now()
    facts = {"stage": "submitted", "submitted_at": at, "publish": "without_name", **facts}
    response = Response(
        consultation_id=consultation.id,
        reference_hash=reference_address(reference),
        started_at=at,
        saved_at=at,
        **facts,
    )
    session.add(response)
    session.commit()
    return response


def make_decision(
    session: Any, consultation: Consultation, response: Response, *, told: bool = True
) -> Influence:
    """Make a finding that rests on ``response`` and changed a priority, and commit it."""
    at = clock.now()
    plan_id = session.get(Draft, consultation.draft_id).plan_id
    priority = Priority(plan_id=plan_id, number=1, title="Getting about", text="Buses until 11pm.")
    session.add(priority)
    finding = Finding(
        engagement_id=consultation.engagement_id,
        number=1,
        kind="need",
        theme="Evening buses",
        statement="People cannot get home after 7pm.",
        recorded_at=at,
        sources=[FindingSource(kind="response", source_id=response.id)],
    )
    session.add(finding)
    session.flush()
    influence = Influence(
        finding_id=finding.id,
        priority_id=priority.id,
        effect="changed",
        before_text="Buses until 7pm.",
        after_text="Buses until 11pm.",
        reason="Most answers said so.",
        decided_by="The board",
        decided_on=date(2026, 11, 20),
        recorded_at=at,
        told_at=at if told else None,
    )
    session.add(influence)
    session.commit()
    return influence
