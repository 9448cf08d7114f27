"""Reads of the reasons that groups were, or are still to be, given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from engage.bodies.models import CommunityBody
from engage.engagements.models import Declination, Engagement
from engage.extensions import db

WAITING = ("open", "reopened")
#: A reason with its group and, where it belongs to one, its engagement.
Told = tuple[Declination, CommunityBody, Engagement | None]


@dataclass(frozen=True)
class ReasonFilter:
    """What an officer looks for; '' asks for nothing. ``show`` is a key of rules SHOWN."""

    show: str = "waiting"
    words: str = ""
    kind: str = ""


def _reasons(wanted: ReasonFilter, today: date) -> Select[Any, Any, Any]:
    query = (
        select(Declination, CommunityBody, Engagement)
        .join(CommunityBody, CommunityBody.id == Declination.body_id)
        .outerjoin(Engagement, Engagement.id == Declination.engagement_id)
    )
    for word in wanted.words.casefold().split():
        query = query.where(func.lower(CommunityBody.name).contains(word, autoescape=True))
    if wanted.kind:
        query = query.where(Declination.kind == wanted.kind)
    if wanted.show in ("waiting", "late"):
        query = query.where(Declination.state.in_(WAITING))
    if wanted.show == "late":
        query = query.where(Declination.due_on < today)
    if wanted.show == "closed":
        query = query.where(Declination.state == "closed")
    if wanted.show == "replied":
        query = query.where(Declination.reply != "")
    if wanted.show in ("waiting", "late"):
        return query.order_by(Declination.due_on, Declination.id)
    return query.order_by(Declination.decided_on.desc(), Declination.id.desc())


def find_reasons(
    wanted: ReasonFilter, today: date, *, offset: int = 0, limit: int | None = None
) -> list[Told]:
    """Return the reasons looked for: those to tell by the day they are due, others newest first."""
    rows = db.session.execute(_reasons(wanted, today).offset(offset).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


def count_reasons(wanted: ReasonFilter, today: date) -> int:
    """Return how many reasons ``find_reasons`` would give without a limit."""
    query = _reasons(wanted, today).order_by(None).with_only_columns(Declination.id).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def reason_by_id(declination_id: int) -> Told | None:
    """Return one reason with its group and engagement."""
    query = _reasons(ReasonFilter(show="all"), date.max).where(Declination.id == declination_id)
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def reasons_of_body(body_id: int) -> list[Told]:
    """Return the reasons that concern a body and still stand, the newest first."""
    query = _reasons(ReasonFilter(show="all"), date.max).where(
        Declination.body_id == body_id, Declination.state != "lapsed"
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def reasons_of_offers(invitation_ids: Collection[int]) -> dict[int, Declination]:
    """Return the reason of each offer below a wish, by invitation."""
    query = select(Declination).where(Declination.invitation_id.in_(list(invitation_ids)))
    return {row.invitation_id: row for row in db.session.scalars(query) if row.invitation_id}


def reasons_not_asked(engagement_id: int, body_ids: Collection[int]) -> dict[int, Declination]:
    """Return why bodies were not asked to take part in an engagement, by body."""
    query = select(Declination).where(
        Declination.engagement_id == engagement_id,
        Declination.kind == "not_asked",
        Declination.state != "lapsed",
        Declination.body_id.in_(list(body_ids)),
    )
    return {row.body_id: row for row in db.session.scalars(query)}


@dataclass(frozen=True)
class PublicReason:
    """One reason as everybody reads it: for how many groups, never which."""

    about: str
    kind: str
    wish: str
    offer: str
    code: str
    text: str
    decided_by: str
    decided_on: date
    groups: int


def public_reasons(*, offset: int = 0, limit: int | None = None) -> list[PublicReason]:
    """Return the reasons that groups were told, the newest first, alike ones together."""
    query = _public().offset(offset).limit(limit)
    return [PublicReason(*row) for row in db.session.execute(query)]


def count_public_reasons() -> int:
    """Return how many rows ``public_reasons`` would give without a limit."""
    query = _public().order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def _public() -> Select[str, str, str, str, str, str, str, date, int]:
    alike = (
        func.coalesce(Engagement.title, ""),
        Declination.kind,
        Declination.wish,
        Declination.offer,
        Declination.reason_code,
        Declination.reason,
        Declination.decided_by,
        Declination.decided_on,
    )
    return (
        select(*alike, func.count(Declination.id))
        .outerjoin(Engagement, Engagement.id == Declination.engagement_id)
        .where(Declination.state == "closed")
        .group_by(*alike)
        .order_by(Declination.decided_on.desc(), func.min(Declination.id).desc())
    )
