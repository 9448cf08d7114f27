"""Evidence of participation: reports for everybody, reach for officers and analysts."""

import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.engagements.queries.planning import last_fact
from engage.evidence.actions import enter_base, publish_evidence
from engage.evidence.exports import FIGURE_COLUMNS, figure_rows
from engage.evidence.forms import BaseForm, PublishForm
from engage.evidence.models import PublishedEvidence
from engage.evidence.queries import (
    base_of,
    basis_of,
    edition_of,
    editions_of,
    latest_base,
    owes_a_statement,
    published_years,
    worked_out_again,
    year_figures,
    years_with_facts,
)
from engage.evidence.rules.figures import (
    EvidenceRefused,
    YearFigures,
    bars,
    cell,
    shown_figures,
    small_differences,
)
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.places.queries import latest_estimate, latest_index
from engage.places.rules import bands_from
from engage.web.access import public, requires
from engage.web.kept import Counted, counted
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("evidence", __name__)
Basis = tuple[DeprivationIndex, PopulationEstimate, str]


# For everybody ---------------------------------------------------------------------------------


@bp.get("/reports/")
@public
def reports() -> Response:
    """List the years whose evidence is published, and say why small numbers are held back."""
    years = [(ReportingYear(one.year_start), one) for one in published_years()]
    return page("evidence/reports.html", years=years, threshold=THRESHOLD)


@bp.get("/reports/<label>/")
@bp.get("/reports/<label>/<int:edition>/")
@public
def report(label: str, edition: int | None = None) -> Response:
    """Show the evidence of one year as it was published."""
    year, published = _published_or_404(label, edition)
    return page(
        "evidence/report.html",
        year=year,
        published=published,
        editions=editions_of(year),
        basis=json.loads(published.basis),
        **_shown(json.loads(published.figures)),
    )


@bp.get("/reports/<label>/<int:edition>/evidence.csv")
@public
def report_csv(label: str, edition: int) -> Response:
    """The same as a file for a spreadsheet."""
    year, published = _published_or_404(label, edition)
    rows = figure_rows(json.loads(published.figures))
    return csv_download(f"evidence-{year.label}-{edition}.csv", FIGURE_COLUMNS, rows)


@bp.get("/reports/<label>/<int:edition>/evidence.txt")
@public
def report_text(label: str, edition: int) -> Response:
    """The exact text whose SHA-256 the report gives: figures, line end, basis."""
    year, published = _published_or_404(label, edition)
    response = make_response(f"{published.figures}\n{published.basis}")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="evidence-{year.label}-{edition}.txt"'
    )
    return response


# For officers and analysts -----------------------------------------------------------------------


@bp.get("/desk/reach/")
@requires(Permission.VIEW_EVIDENCE)
def reach() -> Response:
    """Show who takes part and who is missing, now, with nothing held back."""
    today = clock.today()
    label = request.args.get("year", "")
    year = _year_or_404(label) if label else reporting_year(today)
    basis = _basis()
    found = _figures(year, today, basis) if basis else None
    published = edition_of(year)
    return page(
        "evidence/reach.html",
        year=year,
        years=years_with_facts(today),
        published=published,
        differs=published is not None and worked_out_again(published) != published.figures,
        today=today,
        **(_shown(shown_figures(found.figures, 1)) if found else {"figures": None}),
        counted_at=found.at if found else None,
        owes_a_statement=owes_a_statement(),
        index=basis[0] if basis else None,
        estimate=basis[1] if basis else None,
    )


@bp.get("/desk/reach/<label>/reach.csv")
@requires(Permission.VIEW_EVIDENCE)
def reach_csv(label: str) -> Response:
    """The officers' figures as a file, marked so in its name: nothing is held back in it."""
    year, basis = _year_or_404(label), _basis()
    if basis is None:
        abort(404)
    rows = figure_rows(shown_figures(_figures(year, clock.today(), basis).figures, 1))
    return csv_download(f"not-for-publication-{year.label}.csv", FIGURE_COLUMNS, rows)


@bp.route("/desk/reach/<label>/publish/", methods=["GET", "POST"])
@requires(Permission.PUBLISH_EVIDENCE)
def publish(label: str) -> Response | AnyResponse:
    """Show what would be published, then publish it."""
    year, basis, today = _year_or_404(label), _basis(), clock.today()
    if basis is None or today < year.first:
        abort(404)
    latest = edition_of(year)
    form = PublishForm(correction=latest is not None)
    if form.validate_on_submit() and _publish(year, basis, today, form):
        flash(_("The evidence of %(year)s is published.", year=year.label))
        return redirect(url_for(".report", label=year.label))
    figures = shown_figures(_figures(year, today, basis).figures, THRESHOLD)
    before = json.loads(latest.figures) if latest else {}
    return page(
        "evidence/publish.html",
        form=form,
        year=year,
        latest=latest,
        today=today,
        basis=json.loads(basis_of(*basis, THRESHOLD)),
        small_differences=small_differences(before, figures, THRESHOLD),
        **_shown(figures),
    )


@bp.route("/desk/reach/<label>/base/", methods=["GET", "POST"])
@requires(Permission.PUBLISH_EVIDENCE)
def base(label: str) -> Response | AnyResponse:
    """Enter what the 1% of a year is of."""
    year = _year_or_404(label)
    if not owes_a_statement():
        abort(404)
    latest = latest_base(year.first)
    form = BaseForm(obj=latest)
    if form.validate_on_submit() and _enter_base(year, form):
        flash(_("The base of %(year)s is entered.", year=year.label))
        return redirect(url_for(".reach", year=year.label))
    return page("evidence/base.html", form=form, year=year, latest=latest)


def _enter_base(year: ReportingYear, form: BaseForm) -> bool:
    try:
        actor = {"by": current_user.id, "role": current_user.role}
        enter_base(year, form.pence.data, form.source.data or "", at=clock.now(), **actor)
        db.session.commit()
    except EvidenceRefused as refusal:
        form.refuse(_(str(refusal)))
    except IntegrityError:
        db.session.rollback()
        form.refuse(_("Somebody else entered the base just now. Load the page again"))
    else:
        return True
    return False


def _publish(year: ReportingYear, basis: Basis, today: date, form: PublishForm) -> bool:
    try:
        publish_evidence(
            year,
            *basis,
            at=clock.now(),
            today=today,
            by=current_user.id,
            role=current_user.role,
            reason=form.reason.data if form.reason else "",
        )
        db.session.commit()
    except EvidenceRefused as refusal:
        form.refuse(_(str(refusal)))
    except IntegrityError:
        db.session.rollback()
        form.refuse(_("Somebody else published this year just now. Read what they published"))
    else:
        return True
    return False


def _basis() -> Basis | None:
    """What figures rest on: the newest index, the newest estimate on its zones, and the area."""
    index, estimate, council = latest_index(), latest_estimate(), partnership().council_code
    return (index, estimate, council) if index and estimate and council else None


def _figures(year: ReportingYear, today: date, basis: Basis) -> Counted[YearFigures]:
    """What a year comes to so far: at once after new facts or a new base, else within a minute."""
    index, estimate, council = basis
    until = min(year.last, today)
    return counted(
        lambda: year_figures(year, until, index, estimate, council),
        "year", year.label, until, index.id, estimate.id, council, last_fact(), base_of(year.first),
    )  # fmt: skip


def _shown(figures: dict[str, Any]) -> dict[str, Any]:
    """What the templates of figures need beside the figures themselves."""
    return {
        "figures": figures,
        "until": date.fromisoformat(figures["until"]),
        "cell_of": cell,
        "bars": bars,
        "bands_from": bands_from,
    }


def _year_or_404(label: str) -> ReportingYear:
    try:
        return parse_year(label)
    except YearRefused:
        abort(404)


def _published_or_404(label: str, edition: int | None) -> tuple[ReportingYear, PublishedEvidence]:
    year = _year_or_404(label)
    published = edition_of(year, edition)
    if published is None:
        abort(404)
    return year, published
