"""Publishing the yearly report on participation requests (section 32)."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.partners.models import Partner
from engage.requests.models import YearReport
from engage.requests.queries.years import editions, year_figures
from engage.requests.rules.deadlines import ReportYear
from engage.requests.rules.requests import RequestRefused
from engage.web.rules import N_


def publish_year(
    partner: Partner,
    year: ReportYear,
    *,
    promoted: str,
    supported: str,
    reason: str,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> YearReport:
    """Publish what became of the requests that an authority received in a year.

    Raises RequestRefused before the year is over, and for a correction without a reason.
    """
    if today <= year.last:
        raise RequestRefused(N_("The year is not over yet"))
    before = editions(partner.id, year)
    if before and not reason:
        raise RequestRefused(N_("Enter why you publish it again"))
    figures = year_figures(partner.id, year)
    report = YearReport(
        partner_id=partner.id,
        year_start=year.first,
        edition=len(before) + 1,
        reason=reason if before else "",
        promoted=promoted,
        supported=supported,
        published_at=at,
        published_by=by,
        **vars(figures),
    )
    db.session.add(report)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise RequestRefused(N_("Somebody published it just now. Look again")) from None
    record(
        Happening.REQUEST_YEAR_REPORTED,
        f"partner:{partner.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        year=year.label,
        edition=report.edition,
    )
    return report
