"""Deciding about a request, running its process, and reporting."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.extensions import db
from engage.partners.models import Partner
from engage.partners.queries import partners
from engage.requests.actions import deciding
from engage.requests.actions import years as year_actions
from engage.requests.forms import deciding as forms
from engage.requests.manage.requests import WHO, bp, carried_out, found, request_page, who
from engage.requests.models import ParticipationRequest
from engage.requests.queries import requests as queries
from engage.requests.queries import years
from engage.requests.rules.deadlines import (
    OTHERS_ANSWER,
    read_year,
    report_year_of,
    working_days_from,
)
from engage.requests.rules.requests import RequestRefused
from engage.requests.views.requests import WORDS
from engage.web.access import requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import page


@bp.route("/desk/requests/<number>/decide/", methods=["GET", "POST"])
@requires(WHO)
def decide(number: str) -> AnyResponse:
    """Weigh the request, look at the notice as everybody will read it, and give it."""
    asked = found(number)
    if asked.stage != "valid":
        abort(404)
    form = forms.DecisionForm()
    shown: dict[str, Any] = {"asked": asked, "today": clock.today(), **WORDS}
    shown["others_by"] = working_days_from(asked.validated_on or clock.today(), OTHERS_ANSWER)
    if form.validate_on_submit() and "change" not in request.form:
        if "give" not in request.form:
            return page("requests/decide_check.html", form=form, notice=form.decision(), **shown)
        if carried_out(
            form,
            lambda: deciding.decide_request(asked, form.decision(), today=clock.today(), **who()),
            _("The decision notice is published, and the group is told."),
        ):
            return redirect(url_for("requests_manage.one", number=number))
        shown["asked"] = found(number)
    return page("requests/decide.html", form=form, **shown)


@bp.post("/desk/requests/<number>/confirm/")
@requires(WHO)
def confirm(number: str) -> AnyResponse:
    """Give notice how the process runs."""
    asked, form = found(number), forms.ConfirmForm()
    return _act(
        asked, form,
        lambda: deciding.confirm_process(
            asked, form.runs.data or "", today=clock.today(), **who()
        ),
        _("The notice is published, and the group is told."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/start/")
@requires(WHO)
def start(number: str) -> AnyResponse:
    """Record that the process has begun."""
    asked, form = found(number), forms.StartForm()
    return _act(
        asked, form,
        lambda: deciding.start_process(
            asked, form.started_on.data, today=clock.today(), **who()
        ),
        _("The process is under way."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/step/")
@requires(WHO)
def step(number: str) -> AnyResponse:
    """Record a stage or a change of the process."""
    asked, form = found(number), forms.StepForm()
    return _act(
        asked, form,
        lambda: deciding.add_step(
            asked, form.kind.data, form.what.data or "", form.consulted.data or "",
            form.on_day.data, today=clock.today(), **who(),
        ),
        _("It is recorded and published."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/end/")
@requires(WHO)
def end(number: str) -> AnyResponse:
    """Record that the process is complete."""
    asked, form = found(number), forms.EndForm()
    return _act(
        asked, form,
        lambda: deciding.end_process(asked, form.ended_on.data, today=clock.today(), **who()),
        _("The process has ended. Write the report next."),
    )  # fmt: skip


@bp.route("/desk/requests/<number>/report/", methods=["GET", "POST"])
@requires(WHO)
def report(number: str) -> AnyResponse:
    """Write the report of section 31 and ask the group for its view."""
    asked = found(number)
    if asked.stage != "ended":
        abort(404)
    written = queries.report_of(asked.id)
    data = None
    if written is not None:
        data = {**vars(written), "service_changed": "yes" if written.service_changed else "no"}
    form = forms.ReportForm(data=data)
    if form.validate_on_submit():
        if carried_out(
            form,
            lambda: deciding.draft_report(asked, form.told(), today=clock.today(), **who()),
            _("The draft is kept. The group is asked for its view of it."),
        ):
            return redirect(url_for("requests_manage.one", number=number))
        asked = found(number)
    return page("requests/report.html", form=form, asked=asked, report=written, **WORDS)


@bp.post("/desk/requests/<number>/publish/")
@requires(WHO)
def publish(number: str) -> AnyResponse:
    """Publish the report of section 31."""
    asked = found(number)
    return _act(
        asked, ActionForm(), lambda: deciding.publish_report(asked, **who()),
        _("The report is published, and the group is told."),
    )  # fmt: skip


@bp.get("/desk/requests/years/")
@requires(WHO)
def year_list() -> Response:
    """Which authority has reported on which year, and what is due."""
    this = report_year_of(clock.today())
    last = this.before()
    told = [last, last.before(), last.before().before()]
    return page(
        "requests/years.html",
        this=this,
        years=told,
        missing={year.label: years.unreported(year) for year in told},
        reports=years.latest_reports(),
        partners=partners(),
        today=clock.today(),
        **WORDS,
    )


@bp.route("/desk/requests/years/<label>/<int:partner_id>/", methods=["GET", "POST"])
@requires(WHO)
def year(label: str, partner_id: int) -> AnyResponse:
    """Publish an authority's report on a year, or a correction of it."""
    of_year, partner = read_year(label), db.session.get(Partner, partner_id)
    if of_year is None or partner is None:
        abort(404)
    before = years.editions(partner_id, of_year)
    form = forms.YearForm(data=vars(before[0]) | {"reason": ""} if before else None)
    if form.validate_on_submit():
        try:
            year_actions.publish_year(
                partner, of_year, promoted=form.promoted.data or "",
                supported=form.supported.data or "", reason=form.reason.data or "",
                today=clock.today(), **who(),
            )  # fmt: skip
        except RequestRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.reason if before else None)
        else:
            db.session.commit()
            flash(_("The report is published."))
            address = url_for("requests.year_report", label=label, partner_id=partner_id)
            return redirect(address)
    return page(
        "requests/year_publish.html",
        form=form,
        year=of_year,
        partner=db.session.get_one(Partner, partner_id),
        before=before,
        figures=years.year_figures(partner_id, of_year),
        found=years.year_requests(partner_id, of_year),
        is_over=clock.today() > of_year.last,
        address=request.path,
        **WORDS,
    )


def _act(
    asked: ParticipationRequest, form: Form, do: Callable[[], object], words: str
) -> AnyResponse:
    """Do one act about a request and go back to it; what is wrong is shown on its page.

    It stands in each module of pages: a test reads there that every view asks its form.
    """
    number = asked.public_id
    if form.validate_on_submit() and carried_out(form, do, words):
        return redirect(url_for("requests_manage.one", number=number))
    return request_page(found(number), form)
