"""The shared calendar for officers: what is planned, clashes, elections, the burden on groups."""

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions import calendar as actions
from engage.engagements.actions.calendar import SameAgainRefused
from engage.engagements.forms.calendar import ElectionForm, EntryForm
from engage.engagements.models import CalendarEntry, Election
from engage.engagements.queries import calendar as queries
from engage.engagements.rules.about import TOPICS
from engage.engagements.rules.calendar import (
    SAME_AGAIN,
    CalendarRefused,
    asked_before,
    bounds,
    clashes,
    month_after,
    quiet_times,
)
from engage.engagements.rules.planning import KINDS
from engage.engagements.views.calendar import calendar_asked
from engage.extensions import db
from engage.partners.queries import partner_choices, partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("engagement_calendar_manage", __name__)
PAGE_SIZE = 50
YEAR = timedelta(days=365)


@bp.get("/desk/calendar/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk() -> Response:
    """What every partner plans and runs in a month, and where it is too much at once."""
    asked = calendar_asked(clock.today())
    first, last = bounds(asked.month, month_after(asked.month))
    near = queries.calendar_items(first - SAME_AGAIN, last, asked.wanted, public_only=False)
    items = [item for item in near if item.closes_at > first]
    elections = queries.quiet_before_elections(asked.month)
    pages = max(1, -(-len(items) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    listed = items[(number - 1) * PAGE_SIZE :][:PAGE_SIZE]
    return page(
        "engagements/desk_calendar.html",
        asked=asked,
        items=listed,
        count=len(items),
        clashes=clashes(listed, items),
        quiet={item.key: quiet_times(item, elections) for item in listed},
        again={item.key: asked_before(item, near) for item in listed},
        elections=[e for e in elections if e.first < last.date() and e.poll >= asked.month],
        earlier=month_after(asked.month, -1),
        later=month_after(asked.month),
        kinds=KINDS,
        topics=TOPICS,
        number=number,
        last=pages,
        areas=asked.areas,
        leads=asked.leads,
    )


@bp.route("/desk/calendar/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new_entry() -> Response | Answer:
    """Enter a partner's own engagement that is not run on this site."""
    return _entry(None)


@bp.route("/desk/calendar/<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def entry(number: int) -> Response | Answer:
    """Change a partner's own entry."""
    return _entry(db.session.get(CalendarEntry, number) or abort(404))


def _entry(standing: CalendarEntry | None) -> Response | Answer:
    data = {}
    if standing is not None:
        names_ = (
            "title", "kind", "about", "opens_at", "closes_at", "topic", "changed_since", "link",
        )  # fmt: skip
        data = {name: getattr(standing, name) for name in names_}
        data |= {
            "partner": str(standing.partner_id),
            "locality": str(standing.locality_id or ""),
            "is_public": "yes" if standing.is_public else "no",
        }
    form = EntryForm(
        partners=partner_choices(),
        localities=locality_choices(partnership().council_code),
        data=data,
    )
    number = standing.id if standing else None
    if form.validate_on_submit() and _keep(standing, form):
        flash(_("The calendar is changed."))
        month = form.opens_at.data.strftime("%Y-%m")
        return redirect(url_for(".desk", month=month))
    return page(
        "engagements/entry.html",
        form=form,
        entry=db.session.get(CalendarEntry, number) if number else None,
    )


def _keep(standing: CalendarEntry | None, form: EntryForm) -> bool:
    """Keep the entry and commit; False, with the reason on the form, where it can't be."""
    who = {"at": clock.now(), "by": current_user.id, "role": current_user.role}
    try:
        if standing is None:
            actions.enter(form.columns, **who)
        else:
            actions.change_entry(standing, form.columns, **who)
    except CalendarRefused as refusal:
        db.session.rollback()
        same = isinstance(refusal, SameAgainRefused)
        form.refuse(refusal, form.changed_since if same else None)
        return False
    db.session.commit()
    return True


@bp.post("/desk/calendar/<int:number>/cancel/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def cancel(number: int) -> Answer:
    """Cancel a partner's own entry."""
    if not ActionForm().validate_on_submit():
        abort(400)
    standing = db.session.get(CalendarEntry, number) or abort(404)
    actions.cancel_entry(standing, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    flash(_("It is cancelled, and calendars that follow ours will say so."))
    return redirect(url_for(".desk"))


@bp.route("/desk/elections/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def elections() -> Response | Answer:
    """The elections to be quiet before, and adding one."""
    return _election(None)


@bp.route("/desk/elections/<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def election(number: int) -> Response | Answer:
    """Change the dates of an election."""
    return _election(db.session.get(Election, number) or abort(404))


def _election(standing: Election | None) -> Response | Answer:
    names_ = ("title", "poll_on", "quiet_from", "source")
    form = ElectionForm(data={n: getattr(standing, n) for n in names_} if standing else {})
    if form.validate_on_submit():
        actions.set_election(
            standing,
            title=form.title.data or "",
            poll_on=form.poll_on.data,
            quiet_from=form.quiet_from.data,
            source=form.source.data or "",
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The election is saved."))
        return redirect(url_for(".elections"))
    return page(
        "engagements/elections.html",
        form=form,
        elections=queries.all_elections(),
        standing=standing,
    )


@bp.post("/desk/elections/<int:number>/remove/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def remove_election(number: int) -> Answer:
    """Take an election off the list."""
    if not ActionForm().validate_on_submit():
        abort(400)
    standing = db.session.get(Election, number) or abort(404)
    actions.remove_election(standing, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    flash(_("The election is taken off the list."))
    return redirect(url_for(".elections"))


@bp.get("/desk/burden/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def burden() -> Response:
    """What each group was asked in the last year, the most first."""
    count = queries.count_bodies()
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/burden.html",
        count=count,
        burdens=queries.burdens(
            clock.now() - YEAR, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
        ),
        number=number,
        last=last,
    )


@bp.get("/desk/burden/burden.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def burden_csv() -> Response:
    """What each group was asked in the last year as a CSV file."""
    rows = queries.burden_facts(clock.now() - YEAR)
    header = ("group", "times_asked", "minutes_asked", "subjects_asked_more_than_once")
    return csv_download("burden.csv", header, rows)
