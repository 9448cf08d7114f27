"""Reads of third sector interfaces: their standing, and whom they support with what (R08)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from engage.bodies.models import CommunityBody, InterfaceStanding, SupportLink
from engage.extensions import db


def interfaces() -> list[tuple[CommunityBody, InterfaceStanding | None]]:
    """Return the third sector interfaces on the register, each with its standing, by name."""
    rows = db.session.execute(
        select(CommunityBody, InterfaceStanding)
        .outerjoin(InterfaceStanding, InterfaceStanding.body_id == CommunityBody.id)
        .where(CommunityBody.kind == "interface", CommunityBody.stage == "registered")
        .order_by(CommunityBody.name_key)
    )
    return [(body, standing) for body, standing in rows]


def support_links(*, ended: bool = False, body_id: int | None = None) -> Sequence[Any]:
    """Return the links of support between bodies on the register as rows, by interface and body.

    ``interface``, ``body`` by name, ``what``, ``since_on``, ``ended_on``, ``id``, ``interface_id``,
    ``interface_slug`` and ``body_slug``. ``ended`` True gives those that ended too; ``body_id``
    only those of one body that is supported.
    """
    query = _links(ended=ended, of_one=body_id is not None)
    return db.session.execute(query, {"body_id": body_id}).all()


@lru_cache(maxsize=4)
def _links(*, ended: bool, of_one: bool) -> Select[*tuple[Any, ...]]:
    interface, body, link = aliased(CommunityBody), aliased(CommunityBody), SupportLink
    query: Select[*tuple[Any, ...]] = (
        select(
            interface.name.label("interface"), body.name.label("body"), link.what, link.since_on,
            link.ended_on, link.id, link.interface_id, interface.slug.label("interface_slug"),
            body.slug.label("body_slug"),
        )
        .join(interface, link.interface)
        .join(body, link.body)
        .where(interface.stage == "registered", body.stage == "registered")
        .order_by(interface.name_key, body.name_key, link.id)
    )  # fmt: skip
    if of_one:
        query = query.where(link.body_id == bindparam("body_id"))
    return query if ended else query.where(link.ended_on.is_(None))


def support_of(body_id: int) -> Sequence[Any]:
    """Return who supports a body now, and with what, as ``support_links`` does."""
    return support_links(body_id=body_id)
