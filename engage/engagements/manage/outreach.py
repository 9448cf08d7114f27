"""Outreach for officers: what was tried, with whom nobody tried, and what to try next (R05)."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.queries.communities import community_by_slug
from engage.engagements.actions.efforts import note_attempt
from engage.engagements.forms.declinations import NO_GROUP
from engage.engagements.forms.efforts import AttemptFilterForm, AttemptForm
from engage.engagements.models import OutreachAttempt
from engage.engagements.queries import outreach as queries
from engage.engagements.rules.efforts import (
    CHANNELS,
    RESPONSES,
    EffortRefused,
    efforts_table,
    other_channels,
)
from engage.extensions import db
from engage.partners.queries import partner_choices
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("outreach_manage", __name__)
PAGE_SIZE = 50
WORDS = {"channels": CHANNELS, "responses": RESPONSES}


@bp.get("/desk/outreach/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def attempts() -> Response:
    """The attempts of a year, with what is due and whom nobody tried to reach."""
    year, find = year_asked(), AttemptFilterForm(request.args)
    find.validate()
    said = {name: "" if find[name].errors else find[name].data or "" for name in find.data}
    wanted = queries.AttemptFilter(year=year, **said)
    efforts = queries.efforts_of(year)
    is_whole = wanted == queries.AttemptFilter(year=year)
    count = sum(row[2] for row in efforts) if is_whole else queries.count_attempts(wanted)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/outreach.html",
        find=find,
        year=year,
        years=[year.before(), year, year.next()],
        found=queries.find_attempts(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        count=count,
        number=number,
        last=last,
        asked={"year": year.label, **{name: value for name, value in said.items() if value}},
        untried=queries.regard_untried(year),
        silent=queries.silent_after_one_channel(year),
        due=queries.steps_due(clock.today()),
        efforts=efforts_table(efforts, 1),
        **WORDS,
    )


@bp.get("/desk/outreach/outreach.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def attempts_csv() -> Response:
    """The attempts of a year as a CSV file."""
    year = year_asked()
    header = (
        "day", "group", "community", "how", "who_tried", "what_was_offered", "answer", "next_step",
        "next_step_by",
    )  # fmt: skip
    rows = [row[:9] for row in queries.find_attempts(queries.AttemptFilter(year=year))]
    return csv_download(f"outreach-{year.label}.csv", header, rows)


@bp.route("/desk/outreach/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> AnyResponse:
    """Record an attempt; afterwards say what else to try where nobody replied."""
    body = queries.group_at(request.args.get("body", ""))
    community = community_by_slug(request.args.get("community", ""))
    form = AttemptForm(
        partners=partner_choices(),
        data={
            "body": body.name if body else "",
            "community": community.name if community else "",
            "on_day": clock.today(),
            "response": "none",
        },
    )
    if form.validate_on_submit():
        attempt = _record(form)
        if attempt is not None:
            flash(_("The attempt is recorded."))
            _suggest(attempt)
            return redirect(url_for("outreach_manage.attempts"))
    return page("engagements/outreach_new.html", form=form)


def year_asked() -> ReportingYear:
    """Return the reporting year that the address names, or the one that runs."""
    label = request.args.get("year", "")
    try:
        return parse_year(label) if label else reporting_year(clock.today())
    except YearRefused:
        abort(404)


def _record(form: AttemptForm) -> OutreachAttempt | None:
    """Record an attempt and commit; None, with what is wrong on the form, where it can't be."""
    body = queries.group_named(form.body.data) if form.body.data else None
    community = queries.community_named(form.community.data) if form.community.data else None
    if form.body.data and body is None:
        form.refuse(NO_GROUP, form.body)
    if form.community.data and community is None:
        form.refuse(_("No community has this name. Write it as it stands there"), form.community)
    if form.errors:
        return None
    try:
        attempt = note_attempt(
            body_id=body.id if body else None,
            community_id=community.id if community else None,
            on_day=form.on_day.data,
            channel=form.channel.data,
            partner_id=int(form.partner.data) if form.partner.data else None,
            offered=form.offered.data or "",
            response=form.response.data,
            next_step=form.next_step.data or "",
            next_on=form.next_on.data,
            today=clock.today(),
            **who(),
        )
    except EffortRefused as refusal:
        db.session.rollback()
        comes_next = form.next_step.data or form.next_on.data
        form.refuse(refusal, form.next_on if comes_next else form.on_day)
        return None
    db.session.commit()
    return attempt


def _suggest(attempt: OutreachAttempt) -> None:
    year = reporting_year(attempt.on_day)
    tried = queries.tried_with(attempt.body_id, attempt.community_id, year)
    others = other_channels(tried)
    if others:
        words = ", ".join(_(CHANNELS[channel]).lower() for channel in others[:4])
        flash(_("Nobody replied by this way. Try another one next: %(ways)s.", ways=words))


def who() -> dict[str, Any]:
    """Return who acts, and when, as actions take it."""
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}
