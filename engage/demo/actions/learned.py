"""The last chapter: what was found, what became of it, who is told, and the year's evidence."""

from datetime import datetime, timedelta

from engage.clock import UK
from engage.consultations.models import Consultation
from engage.demo.rules.area import COUNCIL_CODE
from engage.demo.rules.findings import (
    BOARD,
    FROM_THE_FUND,
    FUND_IDEA,
    LESSONS,
    NAMED_PERSON,
    Lesson,
)
from engage.demo.rules.story import Story, on_day
from engage.demo.rules.voices import THEMES
from engage.engagements.models import Engagement
from engage.evidence.actions import publish_evidence
from engage.evidence.models import PublishedEvidence
from engage.extensions import db
from engage.influence.actions import record_finding, record_influence, tell_contributors
from engage.influence.models import Finding
from engage.influence.queries import contributions_of
from engage.influence.rules import text_hash
from engage.places.queries import latest_estimate, latest_index
from engage.plans.models import Draft, Priority
from engage.plans.queries import priorities_of
from engage.web.years import ReportingYear


def learn(story: Story, consultation: Consultation, base_url: str) -> None:
    """Draw the findings of a closed consultation, let the board decide, and tell contributors."""
    engagement = consultation.engagement
    closed = engagement.closes_at.astimezone(UK).date()
    written = on_day(closed + timedelta(days=30), 15)
    decided = on_day(closed + timedelta(days=74), 16)
    plan_id = db.session.get_one(Draft, consultation.draft_id).plan_id
    priorities = {priority.title: priority for priority in priorities_of(plan_id)}
    findings = [
        (lesson, _find(story, engagement, lesson, _sayings(lesson.theme), written))
        for lesson in LESSONS
    ]
    for lesson, finding in findings:
        if lesson.effect:
            _decide(story, finding, lesson, priorities[lesson.priority], decided)
    tell_contributors(
        engagement,
        link=f"{base_url}/decisions/{engagement.slug}/",
        at=decided + timedelta(days=6),
        by=story.officer,
    )


def learn_from_the_fund(
    story: Story, fund: Engagement, consultation: Consultation, at: datetime
) -> None:
    """Draw one finding from what was proposed for a fund; its proposer waits to be told."""
    plan_id = db.session.get_one(Draft, consultation.draft_id).plan_id
    priorities = {priority.title: priority for priority in priorities_of(plan_id)}
    lesson = FROM_THE_FUND
    finding = _find(story, fund, lesson, (FUND_IDEA,), at)
    _decide(story, finding, lesson, priorities[lesson.priority], at)


def publish_the_year(story: Story, year: ReportingYear) -> PublishedEvidence | None:
    """Publish the evidence of a reporting year, small numbers held back."""
    index, estimate = latest_index(), latest_estimate()
    if index is None or estimate is None:
        return None
    return publish_evidence(
        year,
        index,
        estimate,
        COUNCIL_CODE,
        at=story.now,
        today=story.today,
        by=story.officer,
    )


def _sayings(theme: str) -> tuple[str, ...]:
    return next((t.sayings for t in THEMES if t.name == theme), (NAMED_PERSON,))


def _find(
    story: Story, engagement: Engagement, lesson: Lesson, sayings: tuple[str, ...], at: datetime
) -> Finding:
    """Record a finding that rests on everything in which one of ``sayings`` was said."""
    said = [
        (one.kind, one.id)
        for one in contributions_of(engagement)
        if any(saying in f"{one.where} {one.text}" for saying in sayings)
    ]
    return record_finding(
        engagement,
        kind=lesson.kind,
        theme=lesson.theme,
        statement=lesson.statement,
        sources=said,
        section=lesson.section,
        dissent=lesson.dissent,
        at=at,
        by=story.officer,
    )


def _decide(
    story: Story, finding: Finding, lesson: Lesson, priority: Priority, at: datetime
) -> None:
    record_influence(
        finding,
        effect=lesson.effect,
        priority=priority,
        reason=lesson.reason,
        decided_by=BOARD,
        decided_on=at.astimezone(UK).date(),
        text=lesson.text,
        seen=text_hash(priority.text),
        at=at,
        by=story.officer,
    )
