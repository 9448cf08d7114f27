"""Reads of the register of assessments."""

from datetime import date

from sqlalchemy import ColumnElement, Row, column, func, select, table
from sqlalchemy.orm import joinedload

from engage.engagements.models import Assessment, Engagement
from engage.extensions import db
from engage.partners.queries import partnership

#: The plans, from the room beside this one: what an assessment may be of, by number and name.
PLAN = table("plan", column("id"), column("title"), column("slug"))


def assessment(number: int) -> Assessment | None:
    """Return one assessment."""
    return db.session.get(Assessment, number)


def find_assessments(
    *, published: bool = False, offset: int = 0, limit: int | None = None
) -> list[Row[tuple[Assessment, str, str]]]:
    """Return assessments with title and slug of the plan that they are of; open ones first."""
    query = (
        select(Assessment, PLAN.c.title, PLAN.c.slug)
        .outerjoin(PLAN, PLAN.c.id == Assessment.plan_id)
        .options(joinedload(Assessment.engagement))
        .order_by(Assessment.published_on.is_not(None), Assessment.id.desc())
    )
    if published:
        query = query.where(Assessment.published_on.is_not(None))
    return list(db.session.execute(query.offset(offset).limit(limit)))


def published_facts() -> list[Row[tuple[str, str, bool, str, date, date]]]:
    """Return the published assessments for a download, in the order of ``find_assessments``."""
    query = (
        select(
            Assessment.kind,
            func.coalesce(Engagement.title, PLAN.c.title),
            Assessment.needed,
            Assessment.reason,
            Assessment.screened_on,
            Assessment.published_on,
        )
        .outerjoin(PLAN, PLAN.c.id == Assessment.plan_id)
        .outerjoin(Engagement, Engagement.id == Assessment.engagement_id)
        .where(Assessment.published_on.is_not(None))
        .order_by(Assessment.id.desc())
    )
    return list(db.session.execute(query))


def count_assessments(*, published: bool = False) -> int:
    """Return how many there are."""
    query = select(func.count(Assessment.id))
    if published:
        query = query.where(Assessment.published_on.is_not(None))
    return db.session.scalar(query) or 0


def things() -> list[tuple[str, str]]:
    """Return what can be assessed, as pairs of “engagement:3” or “plan:1” and its title."""
    engagements = select(Engagement.id, Engagement.title).order_by(Engagement.id.desc()).limit(200)
    plans = select(PLAN.c.id, PLAN.c.title).order_by(PLAN.c.title)
    return [
        *((f"plan:{row[0]}", row[1]) for row in db.session.execute(plans)),
        *((f"engagement:{row[0]}", row[1]) for row in db.session.execute(engagements)),
    ]


def plan_named(number: int | None) -> str:
    """Return the title of a plan; '' for none."""
    if number is None:
        return ""
    return db.session.scalar(select(PLAN.c.title).where(PLAN.c.id == number)) or ""


def engagement_unscreened(engagement_id: int) -> bool:
    """Say whether no screening of an engagement is recorded."""
    return _none(Assessment.engagement_id == engagement_id)


def plan_unscreened(plan_id: int) -> bool:
    """Say whether no screening of a plan is recorded."""
    return _none(Assessment.plan_id == plan_id)


def screening_binds() -> bool:
    """Say whether the partnership publishes nothing without a screening."""
    return partnership().screening_binds


def _none(condition: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Assessment.id).where(condition).limit(1)) is None
