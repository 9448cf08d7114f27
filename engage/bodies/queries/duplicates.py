"""Reads of bodies that may be one and the same."""

from typing import Any

from flask import current_app
from sqlalchemy import func, select

from engage.bodies.models import BodyAddress, BodyDistinct, CommunityBody
from engage.bodies.rules.duplicates import Alike, NamesKept, alike_pairs
from engage.extensions import db


def names_kept() -> dict[int, str]:
    """Return the name of every body but those that were not accepted, by id."""
    rows = db.session.execute(
        select(CommunityBody.id, CommunityBody.name).where(CommunityBody.stage != "declined")
    )
    return dict(rows.all())


def likely_duplicates() -> list[Alike]:
    """Return the pairs of bodies that look alike and were not told apart, the likeliest first."""
    rows = db.session.execute(select(BodyDistinct.low_id, BodyDistinct.high_id))
    apart = {(low, high) for low, high in rows}
    return [pair for pair in _alike_now() if (pair.low_id, pair.high_id) not in apart]


def _alike_now() -> list[Alike]:
    """Return the pairs of today's names; worked out once for each state of the register."""
    stands = select(func.count(), func.max(CommunityBody.id), func.sum(CommunityBody.version))
    state = tuple(db.session.execute(stands.where(CommunityBody.stage != "declined")).one())
    kept: dict[str, Any] = current_app.extensions.setdefault("alike_names", {})
    if kept.get("state") != state:
        kept.update(state=state, pairs=alike_pairs(names_kept()))
    pairs: list[Alike] = kept["pairs"]
    return pairs


def bodies_by_id(ids: set[int]) -> dict[int, CommunityBody]:
    """Return bodies by their ids."""
    rows = db.session.scalars(select(CommunityBody).where(CommunityBody.id.in_(ids)))
    return {body.id: body for body in rows}


def keys_kept() -> dict[str, int]:
    """Return the body of every name that stands, by the name's key, former names too."""
    former = db.session.execute(select(BodyAddress.name_key, BodyAddress.body_id))
    kept = db.session.execute(
        select(CommunityBody.name_key, CommunityBody.id).where(CommunityBody.stage != "declined")
    )
    return {**dict(former.all()), **dict(kept.all())}


def name_like(name: str) -> str | None:
    """Return the name that stands and is most like another one; None where none is alike."""
    names = names_kept()
    number = NamesKept(names).like(name)
    return None if number is None else names[number]


def names_index() -> NamesKept:
    """Return the names on the register, ready to be asked which are like another."""
    return NamesKept(names_kept())


def moved_to(slug: str) -> CommunityBody | None:
    """Return the body that one with this address was merged into."""
    return db.session.scalar(
        select(CommunityBody)
        .join(BodyAddress, BodyAddress.body_id == CommunityBody.id)
        .where(BodyAddress.slug == slug)
    )
