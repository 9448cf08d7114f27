"""Reads of plans, their drafts and priorities."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, selectinload

from engage.extensions import db
from engage.plans.models import Draft, Paragraph, Plan, Priority, Section
from engage.plans.rules.drafts import WrittenSection


def plans() -> list[Plan]:
    """Return every plan: the plan for the whole area first, then localities by title."""
    return list(
        db.session.scalars(
            select(Plan)
            .options(selectinload(Plan.drafts), selectinload(Plan.priorities))
            .order_by(Plan.kind.desc(), Plan.title)
        )
    )


def published_plans() -> list[Plan]:
    """Return the plans that the public can read, those with a published draft, in their order."""
    return [plan for plan in plans() if any(draft.published_at for draft in plan.drafts)]


def plan_by_slug(slug: str) -> Plan | None:
    """Return the plan at this address."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def slugs() -> set[str]:
    """Return the addresses that plans have taken."""
    return set(db.session.scalars(select(Plan.slug)))


def latest_draft(plan: Plan) -> Draft | None:
    """Return the published draft with the highest number, with its text; None before the first."""
    return db.session.scalar(
        _with_text()
        .where(Draft.plan_id == plan.id, Draft.published_at.is_not(None))
        .order_by(Draft.number.desc())
        .limit(1)
    )


def published_draft(plan: Plan, number: int) -> Draft | None:
    """Return one published draft of a plan, with its text."""
    return db.session.scalar(
        _with_text().where(
            Draft.plan_id == plan.id, Draft.number == number, Draft.published_at.is_not(None)
        )
    )


def working_draft(plan: Plan) -> Draft | None:
    """Return the draft that officers still write; a plan has one at most."""
    return db.session.scalar(
        _with_text().where(Draft.plan_id == plan.id, Draft.published_at.is_(None))
    )


def last_number(plan: Plan) -> int:
    """Return the highest number that a draft of the plan has; 0 before the first."""
    return db.session.scalar(select(func.max(Draft.number)).where(Draft.plan_id == plan.id)) or 0


def draft_choices() -> list[tuple[str, str]]:
    """Return pairs of id (as text) and name of each plan's latest published draft."""
    latest = (
        select(func.max(Draft.number))
        .where(Draft.plan_id == Plan.id, Draft.published_at.is_not(None))
        .correlate(Plan)
        .scalar_subquery()
    )
    found = db.session.scalars(
        select(Draft)
        .join(Draft.plan)
        .options(contains_eager(Draft.plan))
        .where(Draft.number == latest)
        .order_by(Plan.title)
    )
    return [(str(draft.id), f"{draft.plan.title}, draft {draft.number}") for draft in found]


def priorities_of(plan_id: int) -> list[Priority]:
    """Return a plan's priorities as they stand now, by number."""
    return list(
        db.session.scalars(
            select(Priority).where(Priority.plan_id == plan_id).order_by(Priority.number)
        )
    )


def priority_of(plan: Plan, number: int) -> Priority | None:
    """Return the plan's priority with this number."""
    return db.session.scalar(
        select(Priority).where(Priority.plan_id == plan.id, Priority.number == number)
    )


def paragraphs_of(draft_id: int) -> list[Paragraph]:
    """Return the paragraphs of a draft, in order, with their sections."""
    return list(
        db.session.scalars(
            select(Paragraph)
            .join(Paragraph.section)
            .options(contains_eager(Paragraph.section))
            .where(Section.draft_id == draft_id)
            .order_by(Section.position, Paragraph.position)
        )
    )


def sections_written(draft: Draft) -> list[WrittenSection]:
    """Return a draft's sections as they were written, for the editor and for the next draft."""
    return [
        WrittenSection(section.heading, tuple(p.text for p in section.paragraphs))
        for section in draft.sections
    ]


def _with_text() -> Select[Draft]:
    return select(Draft).options(selectinload(Draft.sections).selectinload(Section.paragraphs))
