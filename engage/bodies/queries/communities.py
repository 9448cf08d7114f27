"""Reads of communities: who speaks for each, and what is done where nobody does (R02)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import joinedload

from engage.bodies.models import (
    Community,
    CommunityAction,
    CommunityBody,
    CommunityLocality,
    CommunityVoice,
    CommunityZone,
)
from engage.bodies.rules.communities import standing
from engage.bodies.rules.register import name_key
from engage.extensions import db
from engage.places.models import DataZone, Locality


@dataclass(frozen=True)
class OpenAction:
    """Something that will be done to hear from a community, whoever keeps it."""

    what: str
    who: str
    due_on: date


@dataclass(frozen=True)
class Heard:
    """A community, the groups on the register that speak for it, and what is being done.

    ``voices`` are rows of ``name`` and ``slug``.
    """

    community: Community
    voices: tuple[Any, ...]
    actions: tuple[OpenAction, ...]

    @property
    def standing(self) -> str:
        """Whether it is heard (rules.STANDINGS)."""
        return standing(len(self.voices), len(self.actions))


def communities(*, ended: bool = False) -> list[Heard]:
    """Return the communities that are looked at, or those that no longer are, by name."""
    day = Community.ended_on
    kept = list(
        db.session.scalars(
            select(Community)
            .where(day.is_not(None) if ended else day.is_(None))
            .order_by(Community.name_key)
        )
    )
    ids = [community.id for community in kept]
    voices, actions = _voices_of(ids), open_actions(ids)
    return [Heard(c, tuple(voices.get(c.id, ())), tuple(actions.get(c.id, ()))) for c in kept]


def open_actions(community_ids: Collection[int]) -> dict[int, list[OpenAction]]:
    """Return what is still to be done to hear from each community, by day.

    Whatever else keeps such attempts adds them here: the gap list asks nothing else.
    """
    rows = db.session.scalars(
        select(CommunityAction)
        .where(
            CommunityAction.community_id.in_(list(community_ids)),
            CommunityAction.done_on.is_(None),
        )
        .order_by(CommunityAction.due_on, CommunityAction.id)
    )
    found: dict[int, list[OpenAction]] = {}
    for row in rows:
        found.setdefault(row.community_id, []).append(OpenAction(row.what, row.who, row.due_on))
    return found


def nobody_speaks_for(kept: Iterable[Heard]) -> list[Heard]:
    """Return those of ``kept`` with poorer outcomes that no group on the register speaks for (R02).

    Those without an open action come first.
    """
    unheard = [heard for heard in kept if heard.community.disadvantaged and not heard.voices]
    return sorted(unheard, key=lambda heard: bool(heard.actions))


def count_unheard() -> int:
    """Return how many communities ``nobody_speaks_for`` gives of all that are looked at."""
    stands = exists().where(
        CommunityBody.id == CommunityVoice.body_id, CommunityBody.stage == "registered"
    )
    spoken_for = exists().where(CommunityVoice.community_id == Community.id, stands)
    query = select(func.count(Community.id)).where(
        Community.ended_on.is_(None), Community.disadvantaged, ~spoken_for
    )
    return db.session.scalar(query) or 0


def community_by_slug(slug: str) -> Community | None:
    """Return the community at this address, an ended one too."""
    return db.session.scalar(select(Community).where(Community.slug == slug))


def community_by_name(name: str) -> Community | None:
    """Return the community of this name, however it is spelt."""
    return db.session.scalar(select(Community).where(Community.name_key == name_key(name)))


def voices_of(community_id: int) -> list[CommunityVoice]:
    """Return who speaks for a community, on what evidence, with the bodies, by name."""
    return list(
        db.session.scalars(
            select(CommunityVoice)
            .join(CommunityBody, CommunityBody.id == CommunityVoice.body_id)
            .options(joinedload(CommunityVoice.body))
            .where(CommunityVoice.community_id == community_id)
            .order_by(CommunityBody.name_key)
        )
    )


def communities_of(body_id: int) -> list[Community]:
    """Return the communities that a body speaks for, by name."""
    return list(db.session.scalars(_spoken_for(), {"body_id": body_id}))


@cache
def _spoken_for() -> Select[Community]:
    return (
        select(Community)
        .join(CommunityVoice, CommunityVoice.community_id == Community.id)
        .where(CommunityVoice.body_id == bindparam("body_id"), Community.ended_on.is_(None))
        .order_by(Community.name_key)
    )


def actions_of(community_id: int) -> list[CommunityAction]:
    """Return what was done and will be done to hear from a community, what is open first."""
    return list(
        db.session.scalars(
            select(CommunityAction)
            .where(CommunityAction.community_id == community_id)
            .order_by(CommunityAction.done_on.is_not(None), CommunityAction.due_on)
        )
    )


def place_words(community: Community) -> list[str]:
    """Return the names of the localities and data zones of a community of place."""
    localities = db.session.scalars(
        select(Locality.name)
        .join(CommunityLocality, CommunityLocality.locality_id == Locality.id)
        .where(CommunityLocality.community_id == community.id)
        .order_by(Locality.name)
    )
    zones = db.session.execute(
        select(DataZone.name, DataZone.code)
        .join(CommunityZone, CommunityZone.zone_code == DataZone.code)
        .where(CommunityZone.community_id == community.id)
        .order_by(DataZone.code)
    )
    return [*localities, *(f"{row[0]} ({row[1]})" for row in zones)]


def loaded_zones(codes: Iterable[str]) -> set[str]:
    """Return those of ``codes`` that are data zones of a file that was loaded."""
    return set(db.session.scalars(select(DataZone.code).where(DataZone.code.in_(list(codes)))))


def decided_without_community(most: int = 50) -> Sequence[Any]:
    """Return the bodies that must be heard, of which nobody said yet whom they speak for.

    Rows of ``name`` and ``slug``; each with ``count``, how many there are in all.
    """
    named = exists().where(CommunityVoice.body_id == CommunityBody.id)
    query = (
        select(CommunityBody.name, CommunityBody.slug, func.count().over().label("count"))
        .where(
            CommunityBody.stage == "registered",
            CommunityBody.represents_disadvantage,
            CommunityBody.regard_decided_on.is_not(None),
            ~named,
        )
        .order_by(CommunityBody.name_key)
        .limit(most)
    )
    return db.session.execute(query).all()


def _voices_of(community_ids: Collection[int]) -> dict[int, list[Any]]:
    """Return name and address of the groups that speak for each community, by name."""
    # The stage is looked at here: asked for it, SQLite would begin with every body on the register.
    body = CommunityBody
    rows = db.session.execute(
        select(CommunityVoice.community_id, body.stage, body.name, body.slug)
        .join(body, body.id == CommunityVoice.body_id)
        .where(CommunityVoice.community_id.in_(list(community_ids)))
        .order_by(body.name_key)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        if row.stage == "registered":
            found.setdefault(row.community_id, []).append(row)
    return found
