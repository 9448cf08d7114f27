"""Support for officers: barriers that people met, what was done, and the yearly statement (R06)."""

from collections import Counter

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.engagements.actions.efforts import raise_need, settle_need
from engage.engagements.forms.declinations import NO_GROUP
from engage.engagements.forms.efforts import NeedFilterForm, NeedForm, SettleForm
from engage.engagements.manage.outreach import who, year_asked
from engage.engagements.models import SupportNeed
from engage.engagements.queries import support as queries
from engage.engagements.queries.matrix import offer_choices
from engage.engagements.queries.outreach import group_at, group_named
from engage.engagements.queries.planning import engagement_by_slug
from engage.engagements.rules.efforts import (
    BARRIERS,
    OPEN,
    OUTCOMES,
    EffortRefused,
    hours_of,
    support_table,
)
from engage.extensions import db
from engage.partners.queries import partner_choices
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("support_manage", __name__)
PAGE_SIZE = 50
#: What an officer may look for: what has no outcome yet, or one of them, or everything.
SHOWN = {"open": OPEN, **OUTCOMES, "": "All"}
WORDS = {"barriers": BARRIERS, "outcomes": {**OUTCOMES, "": OPEN}, "hours": hours_of}


@bp.get("/desk/support/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def needs() -> Response:
    """Barriers, those without an outcome first, and what support came to in a year."""
    find, year = NeedFilterForm(request.args), year_asked()
    find.validate()
    show = request.args.get("show", "open")
    wanted = queries.NeedFilter(
        show=show if show in SHOWN else "open",
        barrier="" if find.barrier.errors else find.barrier.data or "",
    )
    counts = _shown(queries.outcome_counts())
    count = (_shown(queries.outcome_counts(wanted.barrier)) if wanted.barrier else counts)[
        wanted.show
    ]
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/support.html",
        find=find,
        wanted=wanted,
        found=queries.find_needs(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        count=count,
        number=number,
        last=last,
        shows=SHOWN,
        counts=counts,
        year=year,
        years=[year.before(), year, year.next()],
        statement=support_table(queries.support_counts(year), 1),
        given=queries.support_given(year),
        **WORDS,
    )


@bp.get("/desk/support/support.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def needs_csv() -> Response:
    """The barriers of a year and what was done, as a CSV file."""
    year = year_asked()
    header = (
        "raised_on", "group", "consultation_or_event", "barrier", "what_would_help",
        "what_was_done", "provided_by", "pounds", "hours", "outcome", "reason", "settled_on",
    )  # fmt: skip
    rows = [
        (*need[:7], f"{need.cost_pence / 100:.2f}", hours_of(need.minutes), *need[9:12])
        for need in queries.find_needs(queries.NeedFilter(show="", year=year))
    ]
    return csv_download(f"support-{year.label}.csv", header, rows)


@bp.route("/desk/support/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> AnyResponse:
    """Record a barrier."""
    body = group_at(request.args.get("body", ""))
    form = NeedForm(
        engagements=offer_choices(clock.now()),
        data={"body": body.name if body else "", "raised_on": clock.today()},
    )
    if form.validate_on_submit():
        need = _record(form)
        if need is not None:
            flash(_("The barrier is recorded. Say next what was done about it."))
            return redirect(url_for("support_manage.need", number=need.id))
    return page("engagements/support_new.html", form=form)


@bp.route("/desk/support/<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def need(number: int) -> AnyResponse:
    """One barrier, what was done about it, and what came of it."""
    found = queries.need_by_id(number)
    if found is None:
        abort(404)
    row, body, engagement, partner = found
    form = SettleForm(
        partners=partner_choices(),
        data={
            "outcome": row.outcome or None,
            "support": row.support,
            "reason": row.reason,
            "partner": str(row.partner_id or ""),
            "cost": row.cost_pence if row.outcome else None,
            "hours": hours_of(row.minutes) if row.outcome else "",
        },
    )
    if form.validate_on_submit() and _settle(row, form):
        flash(_("It is recorded what came of it."))
        return redirect(url_for("support_manage.needs"))
    return page(
        "engagements/support_need.html",
        form=form,
        row=row,
        body=body,
        engagement=engagement,
        partner=partner,
        **WORDS,
    )


def _shown(outcomes: Counter[str]) -> dict[str, int]:
    """Return how many barriers each choice of SHOWN has."""
    counts = {name: outcomes[name] for name in OUTCOMES}
    return {"open": outcomes[""], **counts, "": outcomes.total()}


def _record(form: NeedForm) -> SupportNeed | None:
    """Record a barrier and commit; None, with what is wrong on the form, where it can't be."""
    body = group_named(form.body.data) if form.body.data else None
    if form.body.data and body is None:
        form.refuse(NO_GROUP, form.body)
        return None
    today = clock.today()
    if form.raised_on.data > today:
        form.refuse(_("Enter a day that is not in the future"), form.raised_on)
        return None
    engagement = engagement_by_slug(form.engagement.data or "")
    row = raise_need(
        form.barrier.data,
        body_id=body.id if body else None,
        engagement_id=engagement.id if engagement else None,
        wanted=form.wanted.data or "",
        raised_on=form.raised_on.data,
        raised_by="officer",
        **who(),
    )
    db.session.commit()
    return row


def _settle(row: SupportNeed, form: SettleForm) -> bool:
    try:
        settle_need(
            row,
            form.outcome.data,
            support=form.support.data or "",
            reason=form.reason.data or "",
            partner_id=int(form.partner.data) if form.partner.data else None,
            cost_pence=form.cost.data or 0,
            minutes=form.minutes,
            today=clock.today(),
            **who(),
        )
    except EffortRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True
