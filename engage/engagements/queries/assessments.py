"""Reads of the register of assessments."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, column, func, select, table

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
) -> Sequence[Any]:
    """Return assessments, open ones first.

    Rows with the names of Assessment's own columns, and ``title``: what each is of, an engagement
    or a plan.
    """
    return db.session.execute(_listed(published=published).offset(offset).limit(limit)).all()


@cache
def _listed(*, published: bool) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            *Assessment.__table__.c, func.coalesce(Engagement.title, PLAN.c.title).label("title")
        )
        .select_from(Assessment)
        .outerjoin(PLAN, PLAN.c.id == Assessment.plan_id)
        .outerjoin(Engagement, Engagement.id == Assessment.engagement_id)
        .order_by(Assessment.published_on.is_not(None), Assessment.id.desc())
    )
    return query.where(Assessment.published_on.is_not(None)) if published else query


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
