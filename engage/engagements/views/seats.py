"""Seats and voices of communities: for everybody by year, and for officers to record."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.queries.register import area_choices, body_by_key
from engage.bodies.rules.register import name_key
from engage.disclosure.rules import hold_back
from engage.engagements.actions import seats as actions
from engage.engagements.forms.seats import (
    EndSeatForm,
    FateForm,
    GroupForm,
    ItemForm,
    MeetingForm,
    SeatForm,
)
from engage.engagements.models import AgendaItem, GroupMeeting, GroupSeat, PartnershipGroup
from engage.engagements.queries import seats as queries
from engage.engagements.rules.seats import FATES, LEVELS, SeatRefused, year_faults
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.forms import Form
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("seats", __name__)
WHO = Permission.MANAGE_ENGAGEMENTS
WORDS = {"levels": LEVELS, "fates": FATES}


@bp.get("/seats/")
@public
def by_year() -> Response:
    """Which communities have a seat where, who came, and what became of what they brought."""
    asked = _year_asked()
    first, last = asked.first, asked.last
    year = queries.year_of_seats(first, last)
    people = queries.people_who_came(first, last)
    return page(
        "seats/by_year.html",
        year=year,
        standings=queries.standings(year.groups, first, last),
        people=hold_back(people) if people else None,
        asked=asked,
        years=_years(),
        **WORDS,
    )


@bp.get("/seats/seats.csv")
@public
def seats_csv() -> Response:
    """Every seat of a community as open data."""
    rows = [
        (name, LEVELS[level], body, "yes" if votes else "no", from_on, until_on)
        for name, level, body, votes, from_on, until_on in queries.seat_rows()
    ]
    header = ("board_or_group", "level", "community_group", "votes", "from", "until")
    return csv_download("seats.csv", header, rows)


@bp.route("/desk/seats/", methods=["GET", "POST"])
@requires(WHO)
def desk() -> AnyResponse:
    """Boards and groups, what they lack this year, and adding one."""
    form = GroupForm(localities=area_choices())
    if form.validate_on_submit() and _keep(form, None):
        return redirect(url_for("seats.desk"))
    now = reporting_year(clock.today())
    first, last = now.first, now.last
    groups = queries.all_groups()
    standings = queries.standings(groups, first, last)
    return page(
        "seats/desk.html", form=form, groups=groups, standings=standings,
        faults=year_faults(list(standings.values()), is_over=clock.today() > last),
        first=first, last=last, **WORDS,
    )  # fmt: skip


@bp.get("/desk/seats/<int:group_id>/")
@requires(WHO)
def group(group_id: int) -> Response:
    """One board or group: its seats, its meetings, and what was brought to them."""
    return _group_page(_found(group_id))


@bp.route("/desk/seats/<int:group_id>/change/", methods=["GET", "POST"])
@requires(WHO)
def change(group_id: int) -> AnyResponse:
    """Change what is said of a board or group."""
    found = queries.group_by_id(group_id) or abort(404)
    now = {
        "name": found.name, "level": found.level, "no_seat_reason": found.no_seat_reason,
        "locality": str(found.locality_id or ""), "has_seats": "yes" if found.has_seats else "no",
    }  # fmt: skip
    form = GroupForm(localities=area_choices(), data=now)
    if form.validate_on_submit() and _keep(form, found):
        return redirect(url_for("seats.group", group_id=group_id))
    return page("seats/change.html", form=form, group_id=group_id)


@bp.post("/desk/seats/<int:group_id>/seat/")
@requires(WHO)
def seat(group_id: int) -> AnyResponse:
    """Give a body a seat."""
    found, form = _found(group_id), SeatForm()
    body = body_by_key(name_key(form.body.data or ""))
    if form.validate_on_submit() and (body is None or body.stage != "registered"):
        form.refuse(_("No group on the register has this name. Register it first"), form.body)
        return _group_page(found, form)
    return _act(found, form, lambda: actions.give_seat(
        found, body.id if body else 0, votes=form.votes.data == "yes",
        from_on=form.from_on.data, until_on=form.until_on.data, **_who(),
    ), _("The seat is recorded."))  # fmt: skip


@bp.post("/desk/seats/<int:group_id>/seat/<int:seat_id>/end/")
@requires(WHO)
def end(group_id: int, seat_id: int) -> AnyResponse:
    """End a seat."""
    found, form, held = _found(group_id), EndSeatForm(), db.session.get(GroupSeat, seat_id)
    if held is None or held.group_id != group_id:
        abort(404)
    return _act(
        found, form, lambda: actions.end_seat(found, held, form.ends_on.data, **_who()),
        _("The seat has an end."),
    )  # fmt: skip


@bp.post("/desk/seats/<int:group_id>/meeting/")
@requires(WHO)
def meeting(group_id: int) -> AnyResponse:
    """Record a meeting."""
    found = _found(group_id)
    form = MeetingForm(bodies=_bodies(found))
    return _act(found, form, lambda: actions.record_meeting(
        found, on_day=form.on_day.data, people=form.people.data or 0,
        body_ids=[int(number) for number in form.attended.data or ()],
        is_monitoring=bool(form.is_monitoring.data), challenge=form.challenge.data or "",
        answer=form.answer.data or "", today=clock.today(), **_who(),
    ), _("The meeting is recorded. Add what communities brought to it."))  # fmt: skip


@bp.route("/desk/seats/meetings/<int:meeting_id>/", methods=["GET", "POST"])
@requires(WHO)
def items(meeting_id: int) -> AnyResponse:
    """What communities brought to a meeting, and adding to it."""
    held = _meeting(meeting_id)
    group = queries.group_by_id(held.group_id) or abort(404)
    form = ItemForm(bodies=_bodies(group))
    if form.validate_on_submit():
        brought_by = form.brought_by.data
        actions.bring_item(held, int(brought_by) if brought_by else None, form.what.data or "")
        db.session.commit()
        flash(_("It is recorded."))
        return redirect(url_for("seats.items", meeting_id=meeting_id))
    return page("seats/items.html", form=form, meeting=held, group=group, **WORDS)


@bp.route("/desk/seats/items/<int:item_id>/", methods=["GET", "POST"])
@requires(WHO)
def item(item_id: int) -> AnyResponse:
    """What became of something that a community brought."""
    found = db.session.get(AgendaItem, item_id)
    if found is None:
        abort(404)
    form = FateForm(data={"fate": found.fate, "became": found.became})
    if form.validate_on_submit():
        actions.settle_item(found, form.fate.data, form.became.data or "")
        db.session.commit()
        flash(_("It is recorded."))
        return redirect(url_for("seats.items", meeting_id=found.meeting_id))
    return page("seats/item.html", form=form, item=found)


def _found(number: int) -> PartnershipGroup:
    found = queries.group_by_id(number)
    if found is None:
        abort(404)
    return found


def _meeting(number: int) -> GroupMeeting:
    found = queries.meeting_by_id(number)
    if found is None:
        abort(404)
    return found


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def _year_asked() -> ReportingYear:
    """Return the year that the address names, or the one that runs."""
    now = reporting_year(clock.today())
    try:
        return min(parse_year(request.args.get("year", "")), now)
    except YearRefused:
        return now


def _years() -> list[ReportingYear]:
    """Return the years that have meetings and this one, ten at the most, the latest first."""
    found, earliest = [reporting_year(clock.today())], queries.first_year()
    while earliest is not None and earliest < found[-1].first and len(found) < 10:
        found.append(found[-1].before())
    return found


def _bodies(group: PartnershipGroup) -> list[tuple[str, str]]:
    """The bodies that have or had a seat, as pairs of id and name."""
    return sorted({(str(s.body_id), s.body.name) for s in group.seats}, key=lambda pair: pair[1])


def _keep(form: GroupForm, found: PartnershipGroup | None) -> bool:
    try:
        actions.keep_group(
            found, name=form.name.data or "", level=form.level.data,
            locality_id=int(form.locality.data) if form.locality.data else None,
            has_seats=form.has_seats.data == "yes",
            no_seat_reason=form.no_seat_reason.data or "", **_who(),
        )  # fmt: skip
    except SeatRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.name)
        return False
    db.session.commit()
    flash(_("It is recorded."))
    return True


def _act(found: PartnershipGroup, form: Form, do: Callable[[], object], done: str) -> AnyResponse:
    number = found.id
    if form.validate_on_submit():
        try:
            do()
        except SeatRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(done)
            return redirect(url_for("seats.group", group_id=number))
    return _group_page(_found(number), form)


def _group_page(found: PartnershipGroup, form: Form | None = None) -> Response:
    made: dict[str, Form] = {
        "seat": SeatForm(None),
        "end": EndSeatForm(None, data={"ends_on": clock.today()}),
        "meeting": MeetingForm(None, bodies=_bodies(found)),
    }
    return page(
        "seats/group.html",
        form=form,
        group=found,
        meetings=queries.meetings_of(found.id),
        forms={
            n: form if form is not None and type(form) is type(f) else f for n, f in made.items()
        },
        today=clock.today(),
        **WORDS,
    )
