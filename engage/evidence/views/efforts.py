"""What was done in a year so that people could take part: section 8(2)(b), for everybody."""

from typing import Any

from flask import Blueprint, Response

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.engagements.queries.outreach import efforts_of
from engage.engagements.queries.support import support_counts, support_given
from engage.engagements.rules.efforts import (
    BARRIERS,
    CHANNELS,
    OPEN,
    OUTCOMES,
    RESPONSES,
    efforts_table,
    hours_of,
    support_table,
)
from engage.evidence.views.telling import year_or_404
from engage.partners.queries import contribution_values, nil_reasons, partners
from engage.partners.rules import GIVEN, given_table
from engage.web.access import public
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, reporting_year

bp = Blueprint("efforts", __name__)


@bp.get("/reports/efforts/")
@public
def latest() -> Response:
    """The efforts of the year that runs."""
    return _efforts_page(reporting_year(clock.today()))


@bp.get("/reports/<label>/efforts/")
@public
def efforts(label: str) -> Response:
    """Outreach, support and what partners gave in a year, with small numbers held back."""
    return _efforts_page(year_or_404(label))


@bp.get("/reports/<label>/efforts/efforts.csv")
@public
def efforts_csv(label: str) -> Response:
    """The same figures as a file for a spreadsheet."""
    year = year_or_404(label)
    rows: list[tuple[Any, ...]] = []
    tables = (
        ("outreach", efforts_table(efforts_of(year), THRESHOLD), tuple(RESPONSES)),
        ("support", support_table(support_counts(year), THRESHOLD), (*OUTCOMES, "open")),
    )
    for name, (lines, totals, total), columns in tables:
        for kind, cells, row_total in [*lines, ("all", totals, total)]:
            rows += [(name, kind, c, str(n)) for c, n in zip(columns, cells, strict=True)]
            rows.append((name, kind, "all", str(row_total)))
    return csv_download(f"efforts-{year.label}.csv", ("table", "kind", "column", "count"), rows)


def _efforts_page(year: ReportingYear) -> Response:
    everyone = partners()
    rows, sums = given_table([p.id for p in everyone], contribution_values(year.first))
    support = support_given(year)
    return page(
        "evidence/efforts.html",
        year=year,
        efforts=efforts_table(efforts_of(year), THRESHOLD),
        support=support_table(support_counts(year), THRESHOLD),
        given=support if support.needs >= THRESHOLD else None,
        share=support.share("needs", THRESHOLD),
        by_partner=list(zip(everyone, rows, strict=True)),
        sums=sums,
        nothing=nil_reasons(year.first),
        channels=CHANNELS,
        responses=RESPONSES,
        barriers=BARRIERS,
        outcomes={**OUTCOMES, "": OPEN},
        kinds=GIVEN,
        hours=hours_of,
        threshold=THRESHOLD,
    )
