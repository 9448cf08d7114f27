"""Reads of barriers that people met, and of what was done about them (R06)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from engage.bodies.models import CommunityBody
from engage.engagements.models import Engagement, SupportNeed
from engage.engagements.rules.efforts import SupportGiven
from engage.extensions import db
from engage.partners.models import Partner
from engage.web.years import ReportingYear

#: A barrier, whose it is (one of the two at the least), and the partner that helped.
Need = tuple[SupportNeed, CommunityBody | None, Engagement | None, Partner | None]


@dataclass(frozen=True)
class NeedFilter:
    """What an officer looks for; '' and None ask for nothing. ``show`` “open” has no outcome."""

    show: str = "open"
    barrier: str = ""
    year: ReportingYear | None = None


def _needs(wanted: NeedFilter) -> Select[Any, Any, Any, Any]:
    query = (
        select(SupportNeed, CommunityBody, Engagement, Partner)
        .outerjoin(CommunityBody, CommunityBody.id == SupportNeed.body_id)
        .outerjoin(Engagement, Engagement.id == SupportNeed.engagement_id)
        .outerjoin(Partner, Partner.id == SupportNeed.partner_id)
    )
    if wanted.barrier:
        query = query.where(SupportNeed.barrier == wanted.barrier)
    if wanted.year is not None:
        query = query.where(SupportNeed.raised_on.between(wanted.year.first, wanted.year.last))
    if wanted.show == "open":
        return query.where(SupportNeed.outcome == "").order_by(
            SupportNeed.raised_on, SupportNeed.id
        )
    if wanted.show:
        query = query.where(SupportNeed.outcome == wanted.show)
    return query.order_by(SupportNeed.raised_on.desc(), SupportNeed.id.desc())


def find_needs(wanted: NeedFilter, *, offset: int = 0, limit: int | None = None) -> Sequence[Any]:
    """Return the barriers looked for as rows: the oldest first without an outcome, else the latest.

    Day, group, engagement's title, barrier, what would help, what was done, partner, pence,
    minutes, outcome ('' has none yet), reason and day of the outcome; then ``id``.
    """
    need = SupportNeed
    query = _needs(wanted).with_only_columns(
        need.raised_on, CommunityBody.name.label("group"), Engagement.title.label("title"),
        need.barrier, need.wanted, need.support, Partner.name.label("partner"), need.cost_pence,
        need.minutes, need.outcome, need.reason, need.settled_on, need.id,
    )  # fmt: skip
    return db.session.execute(query.offset(offset).limit(limit)).all()


def outcome_counts(barrier: str = "") -> Counter[str]:
    """Return how many barriers have each outcome, of one kind if asked; '' has none yet."""
    query = select(SupportNeed.outcome, func.count()).group_by(SupportNeed.outcome)
    if barrier:
        query = query.where(SupportNeed.barrier == barrier)
    return Counter({row[0]: row[1] for row in db.session.execute(query)})


def need_by_id(number: int) -> Need | None:
    """Return one barrier with whose it is and who helped."""
    row = db.session.execute(
        _needs(NeedFilter(show="")).where(SupportNeed.id == number)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def needs_of_body(body_id: int) -> list[Need]:
    """Return the barriers that a body met, the latest first."""
    query = _needs(NeedFilter(show="")).where(SupportNeed.body_id == body_id)
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def support_counts(year: ReportingYear) -> list[tuple[str, str, int]]:
    """Return how many barriers of each kind had each outcome in a year; '' has none yet."""
    return [(row[0], row[1], row[2]) for row in db.session.execute(_by_outcome(year))]


@lru_cache(maxsize=64)
def _by_outcome(year: ReportingYear) -> Select[str, str, int]:
    return (
        select(SupportNeed.barrier, SupportNeed.outcome, func.count())
        .where(SupportNeed.raised_on.between(year.first, year.last))
        .group_by(SupportNeed.barrier, SupportNeed.outcome)
    )


def support_given(year: ReportingYear) -> SupportGiven:
    """Return what support cost in a year, and how much of it went to groups we must hear from."""
    return SupportGiven(*(int(value) for value in db.session.execute(_given(year)).one()))


@lru_cache(maxsize=64)
def _given(year: ReportingYear) -> Select[*tuple[Any, ...]]:
    regard = and_(
        CommunityBody.represents_disadvantage.is_(True),
        CommunityBody.regard_decided_on.is_not(None),
    )
    need = SupportNeed
    return (
        select(
            func.coalesce(func.sum(need.cost_pence), 0),
            func.coalesce(func.sum(need.minutes), 0),
            func.coalesce(func.sum(case((regard, need.cost_pence), else_=0)), 0),
            func.coalesce(func.sum(case((regard, need.minutes), else_=0)), 0),
            func.count(need.id),
            func.coalesce(func.sum(case((regard, 1), else_=0)), 0),
        )
        .select_from(need)
        .outerjoin(CommunityBody, CommunityBody.id == need.body_id)
        .where(need.raised_on.between(year.first, year.last))
    )
