"""Reads of findings, of what they rest on, and of how they shaped priorities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from engage.bodies.queries.register import addresses_of
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import proposal_contributions, proposer_addresses
from engage.clock import UK
from engage.consultations.models import Consultation
from engage.consultations.queries import contributions, contributor_addresses
from engage.engagements.models import Engagement, EngagementEvent, PlaceStandardExercise
from engage.engagements.queries.contributions import technique_contributions
from engage.engagements.queries.events import bodies_at
from engage.extensions import db
from engage.influence.models import Finding, FindingSource, Influence
from engage.influence.rules import EffectCounts, Said, strongest
from engage.plans.models import Draft, Plan, Priority
from engage.plans.queries.community import contribution, plan_contributions, plans_named


@dataclass(frozen=True)
class Heard:
    """An engagement that findings can be drawn from, with how far that has come."""

    engagement: Engagement
    findings: int
    decided: int
    untold: int


@dataclass(frozen=True)
class Decided:
    """An engagement with decisions to show, with how many and when the last was made."""

    engagement: Engagement
    findings: int
    last: date


def engagements_heard(at: datetime) -> list[Heard]:
    """Return what officers can draw findings from: closed consultations, declared rounds, and
    engagements of events and exercises as soon as something of them is published.

    The one that closed last comes first.
    """
    found = db.session.scalars(
        _heard().where(_is_over(at)).order_by(Engagement.closes_at.desc(), Engagement.id.desc())
    ).all()
    counts = _progress()
    return [Heard(engagement, *counts.get(engagement.id, (0, 0, 0))) for engagement in found]


def heard_engagement(slug: str, at: datetime) -> Engagement | None:
    """Return the engagement at this address if findings can be drawn from it now."""
    return db.session.scalar(_heard().where(_is_over(at), Engagement.slug == slug))


def contributions_of(engagement: Engagement) -> list[Said]:
    """Return everything that people contributed to an engagement, in a steady order.

    What was said at its events and in its Place Standard exercises comes last.
    """
    own: list[Said] = []
    if engagement.kind == "round":
        own = list(proposal_contributions(engagement.id))
    elif engagement.kind == "consultation":
        own = list(contributions(engagement.id))
    return [*own, *technique_contributions(engagement.id)]


def sources_of(engagement: Engagement) -> list[Said]:
    """Return all that findings of an engagement can rest on: its contributions, then the plans
    that communities of its area made themselves."""
    return [*contributions_of(engagement), *plan_contributions(engagement.locality_id)]


def said_in(finding: Finding, engagement: Engagement) -> list[Said]:
    """Return what a finding rests on, also a plan that a newer one has replaced since."""
    rests_on = {(source.kind, source.source_id) for source in finding.sources}
    own = [one for one in contributions_of(engagement) if (one.kind, one.id) in rests_on]
    plans = plans_named([key for kind, key in rests_on if kind == "plan"])
    return [*own, *(contribution(plan) for plan in plans)]


def addresses_for(kind: str, source_id: int) -> list[tuple[str, str]]:
    """Return where those who made one contribution are told: (channel, address)."""
    if kind == "proposal":
        return proposer_addresses([source_id])
    if kind in ("event", "plan"):
        bodies = (
            bodies_at(source_id) if kind == "event" else [p.body for p in plans_named([source_id])]
        )
        found = [address for body in bodies for address in addresses_of(body.id)]
        return [("email", address) for address in dict.fromkeys(found)]
    if kind == "exercise":
        return []  # nobody knows who answered
    return contributor_addresses(kind, [source_id])


def findings_of(engagement_id: int) -> list[Finding]:
    """Return an engagement's findings by number, with what they rest on and what became of them."""
    return list(db.session.scalars(_findings().where(Finding.engagement_id == engagement_id)))


def finding_of(engagement: Engagement, number: int) -> Finding | None:
    """Return one finding of an engagement by its number."""
    return db.session.scalar(
        _findings().where(Finding.engagement_id == engagement.id, Finding.number == number)
    )


def last_number(engagement_id: int) -> int:
    """Return the highest number that a finding of the engagement has; 0 before the first."""
    return (
        db.session.scalar(
            select(func.max(Finding.number)).where(Finding.engagement_id == engagement_id)
        )
        or 0
    )


def priority_choices(engagement: Engagement) -> list[tuple[str, str]]:
    """Return (id as text, name) of every priority, those of the plan that was asked about first."""
    asked_about = (
        select(Draft.plan_id)
        .join(Consultation, Consultation.draft_id == Draft.id)
        .where(Consultation.engagement_id == engagement.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Priority.id, Plan.title, Priority.number, Priority.title)
        .join(Plan, Plan.id == Priority.plan_id)
        .order_by((Plan.id != func.coalesce(asked_about, 0)), Plan.title, Priority.number)
    )
    return [(str(key), f"{plan}: {number}. {title}") for key, plan, number, title in rows]


def priority_by_id(priority_id: int) -> Priority | None:
    """Return a priority with its plan."""
    return db.session.scalar(
        select(Priority).options(joinedload(Priority.plan)).where(Priority.id == priority_id)
    )


def influence_on(finding: Finding, priority: Priority | None) -> Influence | None:
    """Return what is recorded already of this finding and this priority (None: no priority)."""
    return db.session.scalar(
        select(Influence).where(
            Influence.finding_id == finding.id,
            Influence.priority_id == (priority.id if priority else None),
        )
    )


def untold_influences(engagement_id: int) -> list[Influence]:
    """Return the decisions of an engagement that its contributors have not been told of."""
    return list(
        db.session.scalars(
            select(Influence)
            .join(Influence.finding)
            .options(joinedload(Influence.finding).selectinload(Finding.sources))
            .where(Finding.engagement_id == engagement_id, Influence.told_at.is_(None))
            .order_by(Finding.number, Influence.id)
        )
    )


def contributors_of(influences: Sequence[Influence]) -> dict[tuple[str, str], list[Influence]]:
    """Return the decisions that concern each address: (channel, address) to decisions, in order."""
    known: dict[tuple[str, int], list[tuple[str, str]]] = {}
    concerned: dict[tuple[str, str], dict[int, Influence]] = {}
    for influence in influences:
        for source in influence.finding.sources:
            key = (source.kind, source.source_id)
            if key not in known:
                known[key] = addresses_for(*key)
            for address in known[key]:
                concerned.setdefault(address, {})[influence.id] = influence
    return {address: list(points.values()) for address, points in concerned.items()}


def decided_engagements() -> list[Decided]:
    """Return the engagements with decisions to show, the one decided last first."""
    last = func.max(Influence.decided_on)
    rows = db.session.execute(
        select(Engagement, func.count(Finding.id.distinct()), last)
        .join(Finding, Finding.engagement_id == Engagement.id)
        .join(Influence, Influence.finding_id == Finding.id)
        .group_by(Engagement.id)
        .order_by(last.desc(), Engagement.id.desc())
    )
    return [Decided(engagement, findings, day) for engagement, findings, day in rows]


def influences_on(kind: str, source_id: int) -> list[Influence]:
    """Return what became of one contribution: decisions with their finding, priority and plan.

    ``kind`` is one of FindingSource; an empty list means that nothing is decided.
    """
    return list(
        db.session.scalars(
            select(Influence)
            .join(Influence.finding)
            .join(FindingSource, FindingSource.finding_id == Finding.id)
            .options(
                joinedload(Influence.finding).joinedload(Finding.engagement),
                joinedload(Influence.priority).joinedload(Priority.plan),
            )
            .where(FindingSource.kind == kind, FindingSource.source_id == source_id)
            .order_by(Finding.number, Influence.id)
        )
    )


def undecided_on(kind: str, source_id: int) -> int:
    """Return how many findings rest on one contribution and wait for a decision."""
    query = (
        select(func.count(Finding.id))
        .join(FindingSource, FindingSource.finding_id == Finding.id)
        .where(
            FindingSource.kind == kind,
            FindingSource.source_id == source_id,
            ~select(Influence.id).where(Influence.finding_id == Finding.id).exists(),
        )
    )
    return db.session.scalar(query) or 0


def effect_counts(first: date, last: date) -> EffectCounts:
    """Count the findings decided from ``first`` to ``last``, both included, by strongest effect.

    A finding counts in the year of its first decision. ``waiting`` are the findings of engagements
    that closed in those days and of which nothing was decided by ``last``.
    """
    rows = db.session.execute(
        select(Finding.id, Influence.effect, Influence.decided_on).join(
            Influence, Influence.finding_id == Finding.id
        )
    )
    effects: dict[int, set[str]] = {}
    decided: dict[int, date] = {}
    for finding_id, effect, day in rows:
        if day <= last:
            effects.setdefault(finding_id, set()).add(effect)
            decided[finding_id] = min(day, decided.get(finding_id, day))
    counted = [strongest(effects[key]) for key, day in decided.items() if day >= first]
    opens, ends = (datetime.combine(day, time(), UK) for day in (first, last + timedelta(days=1)))
    closed = db.session.scalars(
        select(Finding.id)
        .join(Engagement, Engagement.id == Finding.engagement_id)
        .where(Engagement.closes_at >= opens, Engagement.closes_at < ends)
    )
    return EffectCounts(
        changed=counted.count("changed"),
        confirmed=counted.count("confirmed"),
        not_taken_up=counted.count("not_taken_up"),
        waiting=sum(1 for key in closed if key not in decided),
    )


def _heard() -> Select[Engagement]:
    return (
        select(Engagement)
        .outerjoin(Consultation, Consultation.engagement_id == Engagement.id)
        .outerjoin(Round, Round.engagement_id == Engagement.id)
    )


def _is_over(at: datetime) -> ColumnElement[bool]:
    """A consultation that was closed or whose time is up; a round whose result is declared; an
    engagement of events with notes or a Place Standard that are published."""
    notes = select(EngagementEvent.id).where(
        EngagementEvent.engagement_id == Engagement.id,
        EngagementEvent.notes_published_at.is_not(None),
    )
    exercise = select(PlaceStandardExercise.id).where(
        PlaceStandardExercise.engagement_id == Engagement.id,
        PlaceStandardExercise.stage == "published",
    )
    return or_(
        and_(Engagement.kind == "event", or_(notes.exists(), exercise.exists())),
        Consultation.stage == "closed",
        and_(Consultation.stage == "open", Engagement.closes_at <= at),
        Round.stage == "declared",
    )


def _findings() -> Select[Finding]:
    return (
        select(Finding)
        .options(
            selectinload(Finding.sources),
            selectinload(Finding.influences)
            .joinedload(Influence.priority)
            .joinedload(Priority.plan)
            .selectinload(Plan.drafts),
        )
        .order_by(Finding.number)
    )


def _progress() -> dict[int, tuple[int, int, int]]:
    """Return findings, decided findings and untold decisions by engagement."""
    rows = db.session.execute(
        select(
            Finding.engagement_id,
            func.count(Finding.id.distinct()),
            func.count(Influence.finding_id.distinct()),
            func.count(Influence.id) - func.count(Influence.told_at),
        )
        .outerjoin(Influence, Influence.finding_id == Finding.id)
        .group_by(Finding.engagement_id)
    )
    return {engagement_id: (all_, done, untold) for engagement_id, all_, done, untold in rows}
