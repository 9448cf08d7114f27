"""Reads of community council areas: who speaks for each, and where nobody has said yet (R01)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from engage.bodies.models import CommunityBody, CouncilArea
from engage.bodies.rules.areas import STATES
from engage.extensions import db
from engage.places.models import Locality


@dataclass(frozen=True)
class AreaShown:
    """An area, its locality by name, its group, and how it stands (rules.STATES)."""

    area: CouncilArea
    locality: str
    body: CommunityBody | None
    state: str


def council_areas(state: str = "", *, offset: int = 0, limit: int | None = None) -> list[AreaShown]:
    """Return the areas by name, all or those that stand so; unanswered ones first."""
    query = (
        select(CouncilArea, Locality.name, CommunityBody, _state())
        .outerjoin(Locality, Locality.id == CouncilArea.locality_id)
        .outerjoin(CommunityBody, CommunityBody.id == CouncilArea.body_id)
        .order_by(_order(), CouncilArea.name_key)
    )
    if state:
        query = query.where(_state() == state)
    rows: Any = db.session.execute(query.offset(offset).limit(limit))
    return [AreaShown(area, place or "", body, how) for area, place, body, how in rows]


def area_states() -> Counter[str]:
    """Return how many areas stand in each way; a state without any is 0."""
    how = _state().label("how")
    query = (
        select(how, func.count())
        .select_from(CouncilArea)
        .outerjoin(CommunityBody, CommunityBody.id == CouncilArea.body_id)
        .group_by(how)
    )
    return Counter({row[0]: row[1] for row in db.session.execute(query)})


def area_by_id(area_id: int) -> CouncilArea | None:
    """Return an area."""
    return db.session.get(CouncilArea, area_id)


def area_keys() -> set[str]:
    """Return the keys of the names of all areas."""
    return set(db.session.scalars(select(CouncilArea.name_key)))


def _state() -> ColumnElement[str]:
    """Say in the database what rules.areas.state says."""
    gone = and_(CouncilArea.answer == "body", CommunityBody.stage != "registered")
    return case(
        (CouncilArea.answer.is_(None), literal("missing")),
        (gone, literal("gone")),
        else_=CouncilArea.answer,
    )


def _order() -> ColumnElement[int]:
    places = {name: number for number, name in enumerate(STATES)}
    return case(
        (_state() == "missing", places["missing"]),
        (_state() == "gone", places["gone"]),
        else_=len(places),
    )
