"""What a participation request is, what was decided, and the reports: for everybody."""

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import EDITORS
from engage.extensions import db
from engage.partners.models import Partner
from engage.requests import exports
from engage.requests.queries import requests as queries
from engage.requests.queries import years
from engage.requests.rules.deadlines import read_year
from engage.requests.rules.requests import GROUNDS, IMPROVED, MAKERS, STAGES, WEIGHED
from engage.web.access import public
from engage.web.pages import csv_download, page
from engage.web.rules import day_of

bp = Blueprint("requests", __name__)
PAGE_SIZE = 50
WORDS = {
    "stages": STAGES,
    "makers": MAKERS,
    "grounds": GROUNDS,
    "weighed_words": WEIGHED,
    "improved_words": IMPROVED,
}


@bp.get("/participation-requests/")
@public
def explain() -> Response:
    """What a request is, who can make one, how, and what was decided about others."""
    wanted = queries.RequestFilter(stage="public")
    counts = queries.stage_counts()
    count = sum(counts.get(stage, 0) for stage in queries.PUBLIC)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    mine = bodies_of(current_user.id) if current_user.is_authenticated else []
    return page(
        "requests/explain.html",
        found=queries.find_requests(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        count=count,
        number=number,
        last=last,
        reports=years.latest_reports(),
        groups=[
            body
            for body in mine
            if body.stage == "registered" and part_in(body, current_user.id) in EDITORS
        ],
        **WORDS,
    )


@bp.get("/participation-requests/requests.csv")
@public
def requests_csv() -> Response:
    """Every decided request as open data."""
    found = queries.request_rows(queries.RequestFilter(stage="public"))
    return csv_download(
        "participation-requests.csv", exports.PUBLIC_HEADER, exports.public_rows(found)
    )


@bp.get("/participation-requests/<slug>/")
@public
def notice(slug: str) -> Response:
    """The decision notice, the process, and the report on it."""
    found = queries.public_request(slug)
    if found is None:
        abort(404)
    report = queries.report_of(found.id)
    return page(
        "requests/notice.html",
        asked=found,
        process=queries.process_of(found.id),
        report=report if report is not None and report.published_at else None,
        **WORDS,
    )


@bp.get("/participation-requests/reports/<label>/<int:partner_id>/")
@public
def year_report(label: str, partner_id: int) -> Response:
    """What an authority published about the requests of a year (section 32)."""
    year, partner = read_year(label), db.session.get(Partner, partner_id)
    published = years.editions(partner.id, year) if year and partner else []
    if not published or year is None:
        abort(404)
    return page(
        "requests/year.html",
        year=year,
        report=published[0],
        editions=published,
        found=[r for r in years.year_requests(partner_id, year) if r.stage in queries.PUBLIC],
        late=day_of(published[-1].published_at) > year.due,
        **WORDS,
    )


@bp.get("/participation-requests/reports/<label>/<int:partner_id>/report.csv")
@public
def year_csv(label: str, partner_id: int) -> Response:
    """The figures of a yearly report, every edition, as a CSV file."""
    year = read_year(label)
    published = years.editions(partner_id, year) if year else []
    if not published:
        abort(404)
    return csv_download(
        f"participation-requests-{label}.csv", exports.YEAR_HEADER, exports.year_rows(published)
    )
