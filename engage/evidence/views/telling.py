"""How a year was told besides its report, and what readers think of it (R20)."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.evidence.actions import note_publication, take_reply
from engage.evidence.forms import PublicationForm, ReplyForm
from engage.evidence.models import Publication
from engage.evidence.queries import edition_of
from engage.evidence.queries.telling import publications_of, replies_of
from engage.evidence.rules.telling import KINDS, WANTED, missing, shown_replies
from engage.extensions import db, limiter
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("telling", __name__)


# For everybody ---------------------------------------------------------------------------------


@bp.get("/reports/<label>/other-ways/")
@public
def other_ways(label: str) -> Response:
    """In which ways a year was told, and what readers think of it."""
    year = year_or_404(label)
    replies = replies_of(year)
    understood, useful, total = shown_replies(
        replies.replies, replies.understood, replies.useful, THRESHOLD
    )
    return page(
        "evidence/other_ways.html",
        year=year,
        found=publications_of(year),
        kinds=KINDS,
        any_replies=replies.replies > 0,
        understood=understood,
        useful=useful,
        total=total,
        threshold=THRESHOLD,
    )


@bp.route("/reports/<label>/what-you-think/", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def reply(label: str) -> AnyResponse:
    """Take what a reader thinks of a report: three answers, nothing about who gives them."""
    year = year_or_404(label)
    if edition_of(year) is None and not publications_of(year):
        abort(404)
    form = ReplyForm()
    if form.validate_on_submit():
        take_reply(
            year,
            understood=form.understood.data == "yes",
            useful=form.useful.data == "yes",
            wanted=form.wanted.data or "",
            today=clock.today(),
        )
        db.session.commit()
        flash(_("Thank you. We read what everybody answers before we write the next report."))
        return redirect(url_for("telling.other_ways", label=year.label))
    return page("evidence/reply.html", form=form, year=year)


# For officers ------------------------------------------------------------------------------------


@bp.route("/desk/publications/", methods=["GET", "POST"])
@requires(Permission.PUBLISH_EVIDENCE)
def publications() -> AnyResponse:
    """How a year was told, what it still lacks, and adding one more way."""
    label = request.args.get("year", "")
    now = reporting_year(clock.today())
    year = year_or_404(label) if label else now.before()
    form = PublicationForm()
    if form.validate_on_submit() and form.check_day(clock.today()):
        publication = Publication()
        form.populate_obj(publication)
        note_publication(
            year, publication, at=clock.now(), by=current_user.id, role=current_user.role
        )
        db.session.commit()
        flash(_("It is on the list."))
        return redirect(url_for("telling.publications", year=year.label))
    found, replies = publications_of(year), replies_of(year)
    return page(
        "evidence/publications.html",
        form=form,
        year=year,
        years=[year.before(), year, year.next()],
        found=found,
        replies=replies,
        lacks=missing([one.kind for one in found], replies.replies),
        kinds=KINDS,
        wanted=WANTED,
    )


@bp.get("/desk/publications/publications.csv")
@requires(Permission.PUBLISH_EVIDENCE)
def publications_csv() -> Response:
    """How a year was told, as a CSV file."""
    year = year_or_404(request.args.get("year", "") or reporting_year(clock.today()).label)
    header = ("kind", "title", "form", "language", "day", "for_whom", "address", "reach")
    rows = [
        (
            one.kind, one.title, one.format, one.language, one.published_on, one.audience,
            one.address, "" if one.reach is None else one.reach,
        )
        for one in publications_of(year)
    ]  # fmt: skip
    return csv_download(f"publications-{year.label}.csv", header, rows)


def year_or_404(label: str) -> ReportingYear:
    """Return the reporting year of a label like “2025-26”, or answer 404."""
    try:
        return parse_year(label)
    except YearRefused:
        abort(404)
