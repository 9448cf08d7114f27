"""Planning events of a round, for officers."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.events import (
    cancel_event,
    change_event,
    count_attendance,
    plan_event,
)
from engage.budgeting.forms.events import AttendanceForm, CancelForm, EventForm, event_answers
from engage.budgeting.models import Round, RoundEvent
from engage.budgeting.queries.events import event_in
from engage.budgeting.rules.events import EventRefused
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import Form
from engage.web.pages import page

bp = Blueprint("events_manage", __name__)


@bp.route("/desk/rounds/<slug>/events/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def new(slug: str) -> Response | Answer:
    """Plan an event."""
    round_, form = round_or_404(slug), EventForm()
    if form.validate_on_submit():
        try:
            plan_event(round_, form.facts, at=clock.now(), **actor())
            return _kept(slug, _("The event is on the page of the fund."))
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse_event(refusal)
    return page("rounds_manage/discussion/event.html", form=form, round=round_, event=None)


@bp.route("/desk/rounds/<slug>/events/<public_id>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def change(slug: str, public_id: str) -> Response | Answer:
    """Change an event that has not begun."""
    round_, event = _event(slug, public_id)
    form = EventForm(data=event_answers(event))
    template = "rounds_manage/discussion/event.html"
    if form.validate_on_submit():
        if form.version.data != str(event.version):
            return _changed_meanwhile(template, form, round_, event)
        try:
            change_event(event, form.facts, at=clock.now(), **actor())
            return _kept(slug, _("The event is changed."))
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse_event(refusal)
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile(template, form, round_, event)
    return page(template, form=form, round=round_, event=event)


@bp.route("/desk/rounds/<slug>/events/<public_id>/cancel/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def cancel(slug: str, public_id: str) -> Response | Answer:
    """Say what cancelling does; then do it, for a reason that everybody reads."""
    round_, event = _event(slug, public_id)
    form = CancelForm(data={"version": str(event.version)})
    template = "rounds_manage/discussion/cancel.html"
    if form.validate_on_submit():
        if form.version.data != str(event.version):
            return _changed_meanwhile(template, form, round_, event)
        try:
            cancel_event(event, form.reason.data or "", at=clock.now(), **actor())
            return _kept(slug, _("The event is cancelled. It stays on the page with your reason."))
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile(template, form, round_, event)
    return page(template, form=form, round=round_, event=event)


@bp.route("/desk/rounds/<slug>/events/<public_id>/people/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def people(slug: str, public_id: str) -> Response | Answer:
    """Enter how many people came, once the event is over."""
    round_, event = _event(slug, public_id)
    form = AttendanceForm(data={"attended": event.attended, "version": str(event.version)})
    template = "rounds_manage/discussion/people.html"
    if form.validate_on_submit():
        if form.version.data != str(event.version):
            return _changed_meanwhile(template, form, round_, event)
        try:
            count_attendance(event, form.attended.data, at=clock.now(), **actor())
            return _kept(slug, _("The number is saved."))
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.attended)
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile(template, form, round_, event)
    return page(template, form=form, round=round_, event=event)


def _kept(slug: str, words: str) -> Answer:
    db.session.commit()
    flash(words)
    return redirect(url_for("discussion_manage.queue", slug=slug, _anchor="events"))


def _changed_meanwhile(template: str, form: Form, round_: Round, event: RoundEvent) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return page(template, 409, form=form, round=round_, event=event)


def _event(slug: str, public_id: str) -> tuple[Round, RoundEvent]:
    round_ = round_or_404(slug)
    return round_, event_in(round_.id, public_id) or abort(404)
