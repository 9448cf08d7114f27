"""Reads of what was tried to reach groups and communities (R05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from engage.bodies.models import Community, CommunityBody
from engage.bodies.queries.register import body_by_key, body_by_slug
from engage.bodies.rules.register import name_key
from engage.engagements.models import OutreachAttempt
from engage.engagements.rules.efforts import Tried
from engage.extensions import db
from engage.partners.models import Partner
from engage.web.years import ReportingYear

#: How many of a list stand on the desk: enough to begin with.
FIRST = 20
#: A group's name and address.
_GROUP = (CommunityBody.name.label("group"), CommunityBody.slug.label("group_slug"))


@dataclass(frozen=True)
class AttemptFilter:
    """What an officer looks for; '' and None ask for nothing."""

    words: str = ""
    channel: str = ""
    response: str = ""
    year: ReportingYear | None = None
    body_id: int | None = None
    community_id: int | None = None


def group_at(slug: str) -> CommunityBody | None:
    """Return the group on the register that has this address."""
    body = body_by_slug(slug)
    return body if body is not None and body.stage == "registered" else None


def group_named(name: str) -> CommunityBody | None:
    """Return the group on the register that has this name, however it is spelt."""
    body = body_by_key(name_key(name))
    return body if body is not None and body.stage == "registered" else None


def community_named(name: str) -> Community | None:
    """Return the community of this name that is still looked at on its own."""
    query = select(Community).where(
        Community.name_key == name_key(name), Community.ended_on.is_(None)
    )
    return db.session.scalar(query)


@lru_cache(maxsize=64)
def _attempts(wanted: AttemptFilter) -> Select[*tuple[Any, ...]]:
    one = OutreachAttempt
    query: Select[*tuple[Any, ...]] = (
        select(
            one.on_day, CommunityBody.name.label("group"), Community.name.label("community"),
            one.channel, Partner.name.label("partner"), one.offered, one.response, one.next_step,
            one.next_on, CommunityBody.slug.label("group_slug"),
            Community.slug.label("community_slug"),
        )
        .outerjoin(CommunityBody, CommunityBody.id == one.body_id)
        .outerjoin(Community, Community.id == one.community_id)
        .outerjoin(Partner, Partner.id == one.partner_id)
        .order_by(one.on_day.desc(), one.id.desc())
    )  # fmt: skip
    for word in wanted.words.casefold().split():
        name = func.lower(func.coalesce(CommunityBody.name, Community.name))
        query = query.where(name.contains(word, autoescape=True))
    if wanted.channel:
        query = query.where(OutreachAttempt.channel == wanted.channel)
    if wanted.response:
        query = query.where(OutreachAttempt.response == wanted.response)
    if wanted.year is not None:
        query = query.where(OutreachAttempt.on_day.between(wanted.year.first, wanted.year.last))
    if wanted.body_id is not None:
        query = query.where(OutreachAttempt.body_id == wanted.body_id)
    if wanted.community_id is not None:
        query = query.where(OutreachAttempt.community_id == wanted.community_id)
    return query


def find_attempts(
    wanted: AttemptFilter, *, offset: int = 0, limit: int | None = None
) -> Sequence[Any]:
    """Return the attempts that were looked for as rows, the latest first.

    Day, group or community, channel, partner, what was offered, response, next step and its day;
    then the addresses of the group and of the community.
    """
    return db.session.execute(_attempts(wanted).offset(offset).limit(limit)).all()


def count_attempts(wanted: AttemptFilter) -> int:
    """Return how many attempts ``find_attempts`` would give without a limit."""
    query = _attempts(wanted).order_by(None).with_only_columns(OutreachAttempt.id).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def tried_with(body_id: int | None, community_id: int | None, year: ReportingYear) -> list[Tried]:
    """Return what was tried with a body or a community in a year."""
    whom = OutreachAttempt.body_id == body_id
    if body_id is None:
        whom = OutreachAttempt.community_id == community_id
    query = select(OutreachAttempt.on_day, OutreachAttempt.channel, OutreachAttempt.response).where(
        whom, OutreachAttempt.on_day.between(year.first, year.last)
    )
    return [Tried(*row) for row in db.session.execute(query)]


def efforts_of(year: ReportingYear) -> list[tuple[str, str, int]]:
    """Return how many attempts were made by each channel with each response: the efforts table."""
    return [(row[0], row[1], row[2]) for row in db.session.execute(_efforts(year))]


@lru_cache(maxsize=64)
def _efforts(year: ReportingYear) -> Select[str, str, int]:
    return (
        select(OutreachAttempt.channel, OutreachAttempt.response, func.count())
        .where(OutreachAttempt.on_day.between(year.first, year.last))
        .group_by(OutreachAttempt.channel, OutreachAttempt.response)
    )


def regard_untried(year: ReportingYear, most: int = FIRST) -> Sequence[Any]:
    """Return groups that we must hear from and that nobody tried to reach in a year (R05).

    Rows of name and address, as ``group`` and ``group_slug``; each with ``count``, how many there
    are in all.
    """
    return db.session.execute(_untried(year).limit(most)).all()


@lru_cache(maxsize=64)
def _untried(year: ReportingYear) -> Select[*tuple[Any, ...]]:
    tried = exists().where(
        OutreachAttempt.body_id == CommunityBody.id,
        OutreachAttempt.on_day.between(year.first, year.last),
    )
    return (
        select(*_GROUP, func.count().over().label("count"))
        .where(
            CommunityBody.stage == "registered",
            CommunityBody.represents_disadvantage.is_(True),
            CommunityBody.regard_decided_on.is_not(None),
            ~tried,
        )
        .order_by(CommunityBody.name_key)
    )


def silent_after_one_channel(year: ReportingYear, most: int = FIRST) -> Sequence[Any]:
    """Return groups that never replied and were tried by one channel only, with that channel.

    Rows of name and address, as ``group`` and ``group_slug``, and ``channel``;
    each with ``count``, how many there are in all.
    """
    return db.session.execute(_silent(year).limit(most)).all()


@lru_cache(maxsize=64)
def _silent(year: ReportingYear) -> Select[*tuple[Any, ...]]:
    one, other = OutreachAttempt, aliased(OutreachAttempt)
    in_year = one.on_day.between(year.first, year.last)
    replied_or_tried_otherwise = exists().where(
        other.body_id == one.body_id,
        other.on_day.between(year.first, year.last),
        or_(other.response != "none", other.channel != one.channel),
    )
    silent = (
        select(one.body_id, one.channel)
        .where(in_year, one.response == "none", one.body_id.is_not(None))
        .where(~replied_or_tried_otherwise)
        .distinct()
        .subquery()
    )
    return (
        select(*_GROUP, silent.c.channel, func.count().over().label("count"))
        .join(silent, silent.c.body_id == CommunityBody.id)
        .where(CommunityBody.stage == "registered")
        .order_by(CommunityBody.name_key)
    )


def steps_due(today: date, most: int = FIRST) -> Sequence[Any]:
    """Return the attempts whose next step is due, with nothing tried since, the oldest first.

    Rows as ``find_attempts`` gives; each with ``count``, how many there are in all.
    """
    return db.session.execute(_steps_due().limit(most), {"today": today}).all()


@cache
def _steps_due() -> Select[*tuple[Any, ...]]:
    later = OutreachAttempt.__table__.alias("later")
    since = exists().where(
        later.c.on_day > OutreachAttempt.on_day,
        or_(
            later.c.body_id == OutreachAttempt.body_id,
            later.c.community_id == OutreachAttempt.community_id,
        ),
    )
    return (
        _attempts(AttemptFilter())
        .where(OutreachAttempt.next_on <= bindparam("today"), ~since)
        .order_by(None)
        .order_by(OutreachAttempt.next_on, OutreachAttempt.id)
        .add_columns(func.count().over().label("count"))
    )
