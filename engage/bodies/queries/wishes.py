"""Reads of what groups wish: which wish counts, its history, and whom to ask again."""

from collections.abc import Collection
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from engage.bodies.models import CommunityBody, ParticipationWish, WishAsked
from engage.bodies.rules.wishes import Wish, old_before, topic_key, wish_for
from engage.extensions import db
from engage.web.rules import UK


def wishes_of_body(body_id: int) -> list[Wish]:
    """Return everything that a body ever wished, the first answer first."""
    return wishes_by_body([body_id]).get(body_id, [])


def wishes_by_body(body_ids: Collection[int]) -> dict[int, list[Wish]]:
    """Return everything that each body ever wished; one that was never asked is absent."""
    query = (
        select(ParticipationWish)
        .where(ParticipationWish.body_id.in_(list(body_ids)))
        .order_by(ParticipationWish.id)
    )
    found: dict[int, list[Wish]] = {}
    for row in db.session.scalars(query):
        wish = Wish(row.level, row.topic, row.stage, row.recorded_at, row.id, row.source)
        found.setdefault(row.body_id, []).append(wish)
    return found


def wishes_for(body_ids: Collection[int], topic: str = "", stage: str = "") -> dict[int, str]:
    """Return the level that counts for each body in a topic and stage; never asked is absent."""
    counting = {
        body_id: wish_for(wishes, topic, stage)
        for body_id, wishes in wishes_by_body(body_ids).items()
    }
    return {body_id: wish.level for body_id, wish in counting.items() if wish is not None}


def counting_wishes(topic: str = "", stage: str = "") -> Subquery:
    """Return the wish that counts of every body (``rules.wishes.wish_for``) as a table.

    The database picks it, so that thousands of bodies can be searched by what they wish.
    """
    wish = ParticipationWish
    ranked = (
        select(
            wish.id,
            wish.body_id,
            wish.level,
            wish.topic,
            wish.stage,
            wish.recorded_at,
            func.row_number()
            .over(
                partition_by=wish.body_id,
                order_by=_first_that_counts(wish),
            )
            .label("place"),
        )
        .where(wish.topic_key.in_(("", topic_key(topic))), wish.stage.in_(("", stage)))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery()


def counting_wish(body_id: Any, topic: str = "", stage: str = "") -> ScalarSelect[int]:
    """Return the id of the wish that counts of the body in a column of another question.

    A page of fifty bodies looks up fifty wishes, where ``counting_wishes`` reads them all.
    """
    wish, key = aliased(ParticipationWish), topic_key(topic)
    query = select(wish.id).where(wish.body_id == body_id)
    if key or stage:
        query = query.where(wish.topic_key.in_(("", key)), wish.stage.in_(("", stage)))
        query = query.order_by(*_first_that_counts(wish))
    else:
        query = query.where(wish.topic_key == "", wish.stage == "").order_by(wish.id.desc())
    return query.limit(1).scalar_subquery()


def _first_that_counts(wish: Any) -> tuple[Any, Any]:
    """Order wishes as ``rules.wishes.wish_for`` picks them: the most particular, then the last."""
    names_topic = case((wish.topic_key != "", 2), else_=0)
    names_stage = case((wish.stage != "", 1), else_=0)
    return (names_topic + names_stage).desc(), wish.id.desc()


def due_to_ask(today: date) -> Select[int]:
    """Select the registered bodies whose general wish is missing or older than 24 months."""
    latest = counting_wishes()
    before = datetime.combine(old_before(today), time(), UK)
    return (
        select(CommunityBody.id)
        .outerjoin(latest, latest.c.body_id == CommunityBody.id)
        .where(
            CommunityBody.stage == "registered",
            or_(latest.c.id.is_(None), latest.c.recorded_at < before),
        )
    )


def asked_already(body_ids: Collection[int]) -> dict[int, WishAsked]:
    """Return when each body was asked, where it has not answered in general since."""
    found = db.session.scalars(_asked_already(), {"ids": list(body_ids)})
    return {asked.body_id: asked for asked in found}


@cache
def _asked_already() -> Select[WishAsked]:
    latest = counting_wish(WishAsked.body_id)
    return select(WishAsked).where(
        WishAsked.body_id.in_(bindparam("ids", expanding=True)),
        WishAsked.after_wish_id == func.coalesce(latest, 0),
    )


def topics_known() -> list[str]:
    """Return the topics that groups have a wish of their own about, by name."""
    query = (
        select(func.min(ParticipationWish.topic))
        .where(ParticipationWish.topic_key != "")
        .group_by(ParticipationWish.topic_key)
        .order_by(func.min(ParticipationWish.topic))
        .limit(200)
    )
    return [topic for topic in db.session.scalars(query) if topic]
