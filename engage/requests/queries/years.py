"""Reads of the yearly report on participation requests (section 32)."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from engage.extensions import db
from engage.partners.models import Partner
from engage.requests.models import (
    ParticipationRequest,
    RequestDecision,
    RequestReport,
    YearReport,
)
from engage.requests.rules.deadlines import ReportYear


@dataclass(frozen=True)
class YearFigures:
    """The four numbers of section 32(2): those received, and what became of these same ones."""

    received: int = 0
    agreed: int = 0
    refused: int = 0
    changed: int = 0


def year_figures(partner_id: int, year: ReportYear) -> YearFigures:
    """Count the requests that an authority received in a year, as they stand now."""
    agreed, changed = RequestDecision.agreed, RequestReport.service_changed
    row = db.session.execute(
        select(
            func.count(ParticipationRequest.id),
            func.count().filter(agreed.is_(True)),
            func.count().filter(agreed.is_(False)),
            func.count().filter(changed.is_(True) & RequestReport.published_at.is_not(None)),
        )
        .select_from(ParticipationRequest)
        .outerjoin(RequestDecision, RequestDecision.request_id == ParticipationRequest.id)
        .outerjoin(RequestReport, RequestReport.request_id == ParticipationRequest.id)
        .where(
            ParticipationRequest.authority_id == partner_id,
            ParticipationRequest.received_on.between(year.first, year.last),
        )
    ).one()
    return YearFigures(*row)


def year_requests(partner_id: int, year: ReportYear) -> list[ParticipationRequest]:
    """Return the requests behind the figures of a year, in the order in which they came."""
    return list(
        db.session.scalars(
            select(ParticipationRequest)
            .options(joinedload(ParticipationRequest.body))
            .where(
                ParticipationRequest.authority_id == partner_id,
                ParticipationRequest.received_on.between(year.first, year.last),
            )
            .order_by(ParticipationRequest.received_on, ParticipationRequest.id)
        )
    )


def editions(partner_id: int, year: ReportYear) -> list[YearReport]:
    """Return what an authority published about a year, the latest edition first."""
    return list(
        db.session.scalars(
            select(YearReport)
            .where(YearReport.partner_id == partner_id, YearReport.year_start == year.first)
            .order_by(YearReport.edition.desc())
        )
    )


def latest_reports() -> list[YearReport]:
    """Return the latest edition of every yearly report, the latest year first."""
    latest = (
        select(
            YearReport.partner_id, YearReport.year_start, func.max(YearReport.edition).label("e")
        )
        .group_by(YearReport.partner_id, YearReport.year_start)
        .subquery()
    )
    query = (
        select(YearReport)
        .join(Partner)
        .options(joinedload(YearReport.partner))
        .join(
            latest,
            (YearReport.partner_id == latest.c.partner_id)
            & (YearReport.year_start == latest.c.year_start)
            & (YearReport.edition == latest.c.e),
        )
        .order_by(YearReport.year_start.desc(), Partner.name)
    )
    return list(db.session.scalars(query))


def unreported(year: ReportYear) -> list[Partner]:
    """Return those that got a request in a year and published no report on it, by name."""
    return list(db.session.scalars(_unreported(), {"first_day": year.first, "last_day": year.last}))


@cache
def _unreported() -> Select[Partner]:
    asked = select(ParticipationRequest.authority_id).where(
        ParticipationRequest.received_on.between(bindparam("first_day"), bindparam("last_day"))
    )
    published = select(YearReport.partner_id).where(YearReport.year_start == bindparam("first_day"))
    query = select(Partner).where(Partner.id.in_(asked), Partner.id.not_in(published))
    return query.order_by(Partner.name)
