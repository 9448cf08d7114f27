"""Reads of community council areas: who speaks for each, and where nobody has said yet (R01)."""

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from engage.bodies.models import CommunityBody, CouncilArea
from engage.bodies.rules.areas import STATES
from engage.extensions import db
from engage.places.models import Locality


def council_areas(state: str = "", *, offset: int = 0, limit: int | None = None) -> Sequence[Any]:
    """Return the areas by name, all or those that stand so; unanswered ones first.

    Rows of ``id``, ``name``, ``reason``, ``answered_on``, ``locality`` (its name), ``group`` and
    ``group_slug``, and ``state`` (rules.STATES); None where there is none.
    """
    return db.session.execute(_areas(state).offset(offset).limit(limit)).all()


@lru_cache(maxsize=64)
def _areas(state: str) -> Select[*tuple[Any, ...]]:
    area = CouncilArea
    query: Select[*tuple[Any, ...]] = (
        select(
            area.id, area.name, area.reason, area.answered_on, Locality.name.label("locality"),
            CommunityBody.name.label("group"), CommunityBody.slug.label("group_slug"),
            _state().label("state"),
        )
        .outerjoin(Locality, Locality.id == area.locality_id)
        .outerjoin(CommunityBody, CommunityBody.id == area.body_id)
        .order_by(_order(), area.name_key)
    )  # fmt: skip
    return query.where(_state() == state) if state else query


def area_states() -> Counter[str]:
    """Return how many areas stand in each way; a state without any is 0."""
    return Counter({row[0]: row[1] for row in db.session.execute(_states())})


@cache
def _states() -> Select[str, int]:
    how = _state().label("how")
    return (
        select(how, func.count())
        .select_from(CouncilArea)
        .outerjoin(CommunityBody, CommunityBody.id == CouncilArea.body_id)
        .group_by(how)
    )


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
