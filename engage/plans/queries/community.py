"""Reads of the plans that communities made themselves."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from engage.bodies.models import CommunityBody
from engage.bodies.rules.register import name_key
from engage.extensions import db
from engage.places.models import Locality
from engage.plans.models import CommunityPlan, CommunityPlanFile, CommunityPlanLocality
from engage.plans.rules.community import PUBLIC, Contribution


@dataclass(frozen=True)
class PlanFilter:
    """What is looked for; '' and None ask for nothing. ``stage`` '' is what everybody sees."""

    words: str = ""
    kind: str = ""
    locality_id: int | None = None
    stage: str = ""


def find_community_plans(
    wanted: PlanFilter, *, offset: int = 0, limit: int | None = None
) -> list[tuple[Any, list[str]]]:
    """Return the plans that were looked for, the newest first.

    Of each a row of ``id``, ``title``, ``group``, ``kind``, ``made_on``, ``link``, ``slug``,
    ``stage`` and ``summary``; and the names of its areas. A plan without areas of its own is of the
    whole area, so it is found in each one.
    """
    rows = db.session.execute(_found(wanted).offset(offset).limit(limit)).all()
    named = _areas() if limit is None else _areas().where(_OF_PLAN.in_([row.id for row in rows]))
    areas: dict[int, list[str]] = {}
    for plan_id, name in db.session.execute(named):
        areas.setdefault(plan_id, []).append(name)
    return [(row, areas.get(row.id, [])) for row in rows]


@lru_cache(maxsize=64)
def _found(wanted: PlanFilter) -> Select[*tuple[Any, ...]]:
    plan = CommunityPlan
    return (
        _plans(wanted)
        .join(CommunityBody, CommunityBody.id == plan.body_id)
        .order_by(plan.made_on.desc(), plan.id.desc())
        .with_only_columns(
            plan.id, plan.title, CommunityBody.name.label("group"), plan.kind, plan.made_on,
            plan.link, plan.slug, plan.stage, plan.summary,
        )
    )  # fmt: skip


_OF_PLAN = CommunityPlanLocality.plan_id


@cache
def _areas() -> Select[int, str]:
    return (
        select(_OF_PLAN, Locality.name)
        .join(Locality, Locality.id == CommunityPlanLocality.locality_id)
        .order_by(Locality.name)
    )


def count_community_plans(wanted: PlanFilter) -> int:
    """Return how many plans ``find_community_plans`` would give without a limit."""
    return db.session.scalar(_plans(wanted).with_only_columns(func.count(CommunityPlan.id))) or 0


def plan_counts() -> dict[str, int]:
    """Return how many plans stand at each stage; a stage without any is absent."""
    query = select(CommunityPlan.stage, func.count()).group_by(CommunityPlan.stage)
    return dict(iter(db.session.execute(query)))


def community_plan(slug: str) -> CommunityPlan | None:
    """Return the plan at this address, whatever its stage."""
    return db.session.scalar(
        select(CommunityPlan)
        .options(
            joinedload(CommunityPlan.body),
            joinedload(CommunityPlan.file),
            joinedload(CommunityPlan.replaced_by),
            selectinload(CommunityPlan.areas),
        )
        .where(CommunityPlan.slug == slug)
    )


def public_plan(slug: str) -> CommunityPlan | None:
    """Return the plan at this address if everybody may see it."""
    found = community_plan(slug)
    return found if found is not None and found.stage in PUBLIC else None


def community_plan_slugs() -> set[str]:
    """Return the addresses that communities' plans have taken."""
    return set(db.session.scalars(select(CommunityPlan.slug)))


def plans_of(body_id: int) -> list[CommunityPlan]:
    """Return every plan of a body, the newest first."""
    query = select(CommunityPlan).where(CommunityPlan.body_id == body_id)
    return list(db.session.scalars(query.order_by(CommunityPlan.made_on.desc())))


def file_content(plan_id: int) -> bytes:
    """Return the document of a plan; empty where it has none."""
    query = select(CommunityPlanFile.content).where(CommunityPlanFile.plan_id == plan_id)
    return db.session.scalar(query) or b""


def plan_contributions(locality_id: int | None) -> list[Contribution]:
    """Return the plans that findings about a locality may rest on; None for the whole area."""
    wanted = PlanFilter(locality_id=locality_id, stage="registered")
    found = find_community_plans(wanted)
    return [Contribution(one.id, one.title, one.summary, one.group) for one, _areas in found]


def contribution(plan: CommunityPlan) -> Contribution:
    """Return a plan as something that findings rest on."""
    return Contribution(plan.id, plan.title, plan.summary, plan.body.name)


def plans_named(plan_ids: list[int]) -> list[CommunityPlan]:
    """Return plans by their ids, with their bodies."""
    return list(
        db.session.scalars(
            select(CommunityPlan)
            .options(joinedload(CommunityPlan.body))
            .where(CommunityPlan.id.in_(plan_ids))
            .order_by(CommunityPlan.id)
        )
    )


def body_named(name: str) -> CommunityBody | None:
    """Return the registered body of this name."""
    return db.session.scalar(
        select(CommunityBody).where(
            CommunityBody.name_key == name_key(name), CommunityBody.stage == "registered"
        )
    )


def _plans(wanted: PlanFilter) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(CommunityPlan)
    stages = (wanted.stage,) if wanted.stage else PUBLIC
    query = query.where(CommunityPlan.stage.in_(stages))
    if wanted.kind:
        query = query.where(CommunityPlan.kind == wanted.kind)
    for word in wanted.words.casefold().split():
        of_body = select(CommunityBody.id).where(
            func.lower(CommunityBody.name).contains(word, autoescape=True)
        )
        query = query.where(
            or_(
                func.lower(CommunityPlan.title).contains(word, autoescape=True),
                CommunityPlan.body_id.in_(of_body),
            )
        )
    if wanted.locality_id is not None:
        areas = select(CommunityPlanLocality.plan_id)
        here = areas.where(CommunityPlanLocality.locality_id == wanted.locality_id)
        query = query.where(or_(CommunityPlan.id.in_(here), CommunityPlan.id.not_in(areas)))
    return query
