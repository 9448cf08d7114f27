"""Reads of the reasons that groups were, or are still to be, given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select, true

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


@cache
def _reasons() -> Select[Any, Any, Any]:
    return (
        select(Declination, CommunityBody, Engagement)
        .join(CommunityBody, CommunityBody.id == Declination.body_id)
        .outerjoin(Engagement, Engagement.id == Declination.engagement_id)
    )


@lru_cache(maxsize=64)
def _ids(wanted: ReasonFilter) -> Select[int]:
    """Select the ids of the reasons looked for, in their order, as of the day ``today``."""
    query = select(Declination.id)
    for word in wanted.words.casefold().split():
        named = func.lower(CommunityBody.name).contains(word, autoescape=True)
        query = query.where(Declination.body_id.in_(select(CommunityBody.id).where(named)))
    if wanted.kind:
        query = query.where(Declination.kind == wanted.kind)
    query = query.where(*_shown(wanted.show))
    if wanted.show in ("waiting", "late"):
        return query.order_by(Declination.due_on, Declination.id)
    return query.order_by(Declination.decided_on.desc(), Declination.id.desc())


def _shown(show: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a filter (rules SHOWN) stands for."""
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "waiting": [Declination.state.in_(WAITING)],
        "late": [Declination.state.in_(WAITING), Declination.due_on < bindparam("today")],
        "closed": [Declination.state == "closed"],
        "replied": [Declination.reply != ""],
    }
    return conditions.get(show, [])


def find_reasons(
    wanted: ReasonFilter, today: date, *, offset: int = 0, limit: int | None = None
) -> list[Told]:
    """Return the reasons looked for: those to tell by the day they are due, others newest first."""
    few = _ids(wanted).offset(offset).limit(limit)
    order = db.session.scalars(few, {"today": today}).all()
    rows = db.session.execute(_reasons().where(Declination.id.in_(order)))
    found = {row[0].id: (row[0], row[1], row[2]) for row in rows}
    return [found[number] for number in order]


def every_reason() -> list[tuple[Any, ...]]:
    """Return what a download tells of each reason, the newest first, in the order of its columns.

    Group, kind, title of the engagement or None, what was asked, wish, offer, kind of reason,
    reason, who decided, on which day, due on, told on or None, how, reply, state.
    """
    query = (
        select(
            CommunityBody.name,
            Declination.kind,
            Engagement.title,
            Declination.ask,
            Declination.wish,
            Declination.offer,
            Declination.reason_code,
            Declination.reason,
            Declination.decided_by,
            Declination.decided_on,
            Declination.due_on,
            Declination.notified_on,
            Declination.channel,
            Declination.reply,
            Declination.state,
        )
        .join(CommunityBody, CommunityBody.id == Declination.body_id)
        .outerjoin(Engagement, Engagement.id == Declination.engagement_id)
        .order_by(Declination.decided_on.desc(), Declination.id.desc())
    )
    return [tuple(row) for row in db.session.execute(query)]


def count_reasons(wanted: ReasonFilter, today: date) -> int:
    """Return how many reasons ``find_reasons`` would give without a limit."""
    query = _ids(wanted).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(query), {"today": today}) or 0


def counts_of_reasons(shows: Iterable[str], today: date) -> dict[str, int]:
    """Return how many reasons each filter (rules SHOWN) finds, in one read."""
    names = tuple(shows)
    row = db.session.execute(_counts(names), {"today": today}).one()
    return {name: int(count or 0) for name, count in zip(names, row, strict=True)}


@lru_cache(maxsize=8)
def _counts(names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return select(
        *(func.sum(case((and_(true(), *_shown(name)), 1), else_=0)) for name in names)
    ).select_from(Declination)


def reason_by_id(declination_id: int) -> Told | None:
    """Return one reason with its group and engagement."""
    row = db.session.execute(_reasons().where(Declination.id == declination_id)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def reasons_of_body(body_id: int) -> list[Told]:
    """Return the reasons that concern a body and still stand, the newest first."""
    query = (
        _reasons()
        .where(Declination.body_id == body_id, Declination.state != "lapsed")
        .order_by(Declination.decided_on.desc(), Declination.id.desc())
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


def public_reasons(*, offset: int = 0, limit: int | None = None) -> tuple[list[PublicReason], int]:
    """Return the reasons that groups were told, the newest first, and how many there are.

    Alike ones stand together. Beyond the last one nothing is found, and the number is 0. The title
    of an engagement is told only where everybody sees that engagement.
    """
    rows = db.session.execute(_alike().offset(offset).limit(limit)).all()
    engagements = {row[0] for row in rows}
    titles = db.session.execute(
        select(Engagement.id, Engagement.title).where(
            Engagement.id.in_(engagements), Engagement.opened_at.is_not(None), Engagement.is_public
        )
    )
    about: dict[int | None, str] = {row[0]: row[1] for row in titles}
    found = [PublicReason(about.get(row[0], ""), *row[1:9]) for row in rows]
    return found, rows[0][9] if rows else 0


@cache
def _alike() -> Select[*tuple[Any, ...]]:
    alike = (
        Declination.engagement_id,
        Declination.kind,
        Declination.wish,
        Declination.offer,
        Declination.reason_code,
        Declination.reason,
        Declination.decided_by,
        Declination.decided_on,
    )
    return (
        select(*alike, func.count(Declination.id), func.count().over())
        .where(Declination.state == "closed")
        .group_by(*alike)
        .order_by(Declination.decided_on.desc(), func.min(Declination.id).desc())
    )
