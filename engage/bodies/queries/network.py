"""Reads of third sector interfaces: their standing, and whom they support with what (R08)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager

from engage.bodies.models import CommunityBody, InterfaceStanding, SupportLink
from engage.extensions import db

INTERFACE, BODY = aliased(CommunityBody), aliased(CommunityBody)


def interfaces() -> list[tuple[CommunityBody, InterfaceStanding | None]]:
    """Return the third sector interfaces on the register, each with its standing, by name."""
    rows = db.session.execute(
        select(CommunityBody, InterfaceStanding)
        .outerjoin(InterfaceStanding, InterfaceStanding.body_id == CommunityBody.id)
        .where(CommunityBody.kind == "interface", CommunityBody.stage == "registered")
        .order_by(CommunityBody.name_key)
    )
    return [(body, standing) for body, standing in rows]


def support_links(*, ended: bool = False, body_id: int | None = None) -> list[SupportLink]:
    """Return the links of support between bodies on the register, by interface and body.

    ``ended`` True gives those that ended too; ``body_id`` only those of one body that is supported.
    """
    query = _links().options(
        contains_eager(SupportLink.interface.of_type(INTERFACE)),
        contains_eager(SupportLink.body.of_type(BODY)),
    )
    if body_id is not None:
        query = query.where(SupportLink.body_id == body_id)
    return list(db.session.scalars(query if ended else query.where(SupportLink.ended_on.is_(None))))


def support_rows() -> Sequence[Any]:
    """Return every link of support, ended ones too, as rows for a download."""
    link = SupportLink
    return db.session.execute(
        _links().with_only_columns(
            INTERFACE.name, BODY.name.label("body"), link.what, link.since_on, link.ended_on
        )
    ).all()


def _links() -> Select[tuple[SupportLink]]:
    return (
        select(SupportLink)
        .join(INTERFACE, SupportLink.interface)
        .join(BODY, SupportLink.body)
        .where(INTERFACE.stage == "registered", BODY.stage == "registered")
        .order_by(INTERFACE.name_key, BODY.name_key, SupportLink.id)
    )


def support_of(body_id: int) -> list[SupportLink]:
    """Return who supports a body now, and with what."""
    return support_links(body_id=body_id)
