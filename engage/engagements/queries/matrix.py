"""The matrix of wish against offer, read a page at a time however many groups there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, exists, func, null, or_, select
from sqlalchemy.orm import aliased

from engage.bodies.models import BodyLocality, CommunityBody, ParticipationWish
from engage.bodies.queries.wishes import counting_wish, due_to_ask
from engage.bodies.rules.register import name_key
from engage.engagements.models import Declination, Engagement, Invitation
from engage.engagements.queries.declinations import WAITING
from engage.extensions import db, many_rows
from engage.web.kept import Counted, counted

#: The wish that counts of the body in the same row.
_WISH = aliased(ParticipationWish)


@dataclass(frozen=True)
class MatrixFilter:
    """What an officer looks for; '' and None ask for nothing. ``show`` is a key of rules SHOWN."""

    words: str = ""
    locality_id: int | None = None
    engagement_id: int | None = None
    topic: str = ""
    stage: str = ""
    level: str = ""
    show: str = "all"


@dataclass(frozen=True)
class MatrixRow:
    """One group: the wish that counts, and what it was offered in the engagement looked at."""

    body: CommunityBody
    wish: str
    wished_at: datetime | None
    about: str
    offer: Invitation | None


def matrix_rows(
    wanted: MatrixFilter, today: date, *, offset: int = 0, limit: int = 50
) -> list[MatrixRow]:
    """Return a page of the groups that were looked for, by name."""
    query = _matrix(wanted, today)
    ids = query.with_only_columns(CommunityBody.id).order_by(CommunityBody.name_key)
    shown = db.session.scalars(ids.offset(offset).limit(limit)).all()
    query = query.where(CommunityBody.id.in_(shown))
    return [
        MatrixRow(body, wish or "", wished_at, topic or stage or "", offer)
        for body, wish, wished_at, topic, stage, offer in db.session.execute(
            query.order_by(CommunityBody.name_key)
        )
    ]


def matrix_facts(wanted: MatrixFilter, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all the groups that were looked for, by name, as rows for a download.

    Name, wish, since when, its topic and stage; then level and reason of the offer.
    """
    query = _matrix(wanted, today)
    wish = (_WISH.level, _WISH.recorded_at, _WISH.topic, _WISH.stage)
    offered = wanted.engagement_id is not None
    offer = (Invitation.level, Invitation.reason) if offered else (null(), null())
    facts: Select[*tuple[Any, ...]] = query.with_only_columns(CommunityBody.name, *wish, *offer)
    return many_rows(facts.order_by(CommunityBody.name_key))


def matrix_count(wanted: MatrixFilter, today: date) -> int:
    """Return how many groups ``matrix_rows`` would give without a limit."""
    by_wish = bool(wanted.level) or wanted.show == "not_asked"
    query = _matrix(wanted, today, with_wish=by_wish).with_only_columns(CommunityBody.id).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


@lru_cache(maxsize=64)
def _matrix(
    wanted: MatrixFilter, today: date, *, with_wish: bool = True
) -> Select[*tuple[Any, ...]]:
    wish = _WISH
    counts = wish.id == counting_wish(CommunityBody.id, wanted.topic, wanted.stage)
    query: Select[*tuple[Any, ...]] = (
        select(
            CommunityBody,
            wish.level,
            wish.recorded_at,
            wish.topic,
            wish.stage,
            Invitation if wanted.engagement_id is not None else null(),
        )
        .select_from(CommunityBody)
        .where(CommunityBody.stage == "registered")
    )
    if with_wish:
        query = query.outerjoin(wish, counts)
    if wanted.engagement_id is not None:
        offered_here = and_(
            Invitation.body_id == CommunityBody.id,
            Invitation.engagement_id == wanted.engagement_id,
        )
        query = query.outerjoin(Invitation, offered_here)
    for word in (name_key(wanted.words) or wanted.words.casefold()).split():
        query = query.where(CommunityBody.name_key.contains(word, autoescape=True))
    if wanted.locality_id is not None:
        here = CommunityBody.localities.any(BodyLocality.locality_id == wanted.locality_id)
        query = query.where(or_(here, ~CommunityBody.localities.any()))
    if wanted.level == "never":
        query = query.where(wish.id.is_(None))
    elif wanted.level:
        query = query.where(wish.level == wanted.level)
    return _shown(query, wanted, today, wish)


def _shown(
    query: Select[*tuple[Any, ...]], wanted: MatrixFilter, today: date, wish: Any
) -> Select[*tuple[Any, ...]]:
    """Narrow the matrix to what ``show`` asks for."""
    if wanted.show == "regard":
        return query.where(
            CommunityBody.represents_disadvantage.is_(True),
            CommunityBody.regard_decided_on.is_not(None),
        )
    if wanted.show == "again":
        return query.where(CommunityBody.id.in_(due_to_ask(today)))
    if wanted.show in ("below", "to_tell"):
        states = WAITING if wanted.show == "to_tell" else (*WAITING, "closed")
        reason = [Declination.body_id == CommunityBody.id, Declination.state.in_(states)]
        if wanted.show == "below":
            reason.append(Declination.kind == "offer")
        if wanted.engagement_id is not None:
            reason.append(Declination.engagement_id == wanted.engagement_id)
        return query.where(exists().where(*reason))
    if wanted.show == "not_asked":
        wants = and_(wish.id.is_not(None), wish.level != "none")
        if wanted.engagement_id is not None:
            return query.where(wants, Invitation.id.is_(None))
        ever = aliased(Invitation)
        return query.where(wants, ~exists().where(ever.body_id == CommunityBody.id))
    return query


def offers_in_all(body_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how often each body was asked, and how often below its wish; never asked is absent."""
    rows = db.session.execute(_offers_in_all(), {"ids": list(body_ids)})
    return {body_id: (asked, int(below or 0)) for body_id, asked, below in rows}


@cache
def _offers_in_all() -> Select[int, int, int]:
    below = func.sum(case((Invitation.reason != "", 1), else_=0))
    return (
        select(Invitation.body_id, func.count(), below)
        .where(Invitation.body_id.in_(bindparam("ids", expanding=True)))
        .group_by(Invitation.body_id)
    )


def reasons_to_tell(body_ids: Collection[int]) -> dict[int, int]:
    """Return how many reasons each body is still to be told; one with none is absent."""
    return dict(iter(db.session.execute(_reasons_to_tell(), {"ids": list(body_ids)})))


@cache
def _reasons_to_tell() -> Select[int, int]:
    here = Declination.body_id.in_(bindparam("ids", expanding=True))
    return (
        select(Declination.body_id, func.count())
        .where(here, Declination.state.in_(WAITING))
        .group_by(Declination.body_id)
    )


def wishes_and_offers() -> Counted[list[tuple[str, str | None, int]]]:
    """Return ``wish_and_last_offer``, and when it was counted: it looks at every group."""
    return counted(wish_and_last_offer, "wishes and offers")


def wish_and_last_offer() -> list[tuple[str, str | None, int]]:
    """Return how many registered bodies have each general wish and each last offer.

    '' was never asked for its wish; None was never asked to take part.
    """
    wish, general = aliased(ParticipationWish), aliased(ParticipationWish)
    asked = aliased(Invitation)
    last_wish = select(func.max(general.id)).where(
        general.body_id == CommunityBody.id, general.topic_key == "", general.stage == ""
    )
    last_offer = select(func.max(asked.id)).where(asked.body_id == CommunityBody.id)
    query = (
        select(wish.level, Invitation.level, func.count(CommunityBody.id))
        .select_from(CommunityBody)
        .outerjoin(wish, wish.id == last_wish.scalar_subquery())
        .outerjoin(Invitation, Invitation.id == last_offer.scalar_subquery())
        .where(CommunityBody.stage == "registered")
        .group_by(wish.level, Invitation.level)
    )
    return [(row[0] or "", row[1], row[2]) for row in db.session.execute(query)]


def offer_choices(at: datetime, most: int = 100) -> list[tuple[str, str]]:
    """Return pairs of slug and title of what is open or coming, then of what closed last."""
    rows = db.session.execute(_offered().limit(most), {"at": at})
    return [(slug, title) for slug, title in rows]


@cache
def _offered() -> Select[str, str]:
    later = case((Engagement.closes_at > bindparam("at"), 0), else_=1)
    return select(Engagement.slug, Engagement.title).order_by(
        later, Engagement.closes_at.desc(), Engagement.id
    )
