"""Events for officers: planning, cancelling, who came, what was said, photographs, methods."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.bodies.rules.register import name_key
from engage.engagements.actions import events as actions
from engage.engagements.forms.events import (
    AttendanceForm,
    CancelForm,
    EventFilterForm,
    EventForm,
    EventPhotographForm,
    MethodForm,
    NotesForm,
    attendance_form,
    event_answers,
    event_words,
)
from engage.engagements.models import EngagementEvent
from engage.engagements.queries import events as queries
from engage.engagements.rules.events import (
    CONSENTS,
    TIMES,
    Attendance,
    EventRefused,
    Method,
    time_of,
)
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import find_places, locality_choices
from engage.web.access import requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page

bp = Blueprint("engagement_events_manage", __name__)
PAGE_SIZE = 50
#: An event may be entered for an engagement that closed so long ago.
BACK = timedelta(days=365)


@bp.get("/desk/events/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk() -> Response:
    """Events that come, or that took place, with what is left to do for each."""
    at, find = clock.now(), EventFilterForm(request.args, localities=_localities())
    find.validate()
    wanted = queries.EventFilter(
        time="past" if request.args.get("time") == "past" else "coming",
        words=find.words.data or "",
        locality_id=find.locality_id,
    )
    count = queries.count_events(wanted, at)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/events/desk.html",
        find=find,
        wanted=wanted,
        count=count,
        events=queries.find_events(wanted, at, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        waiting=queries.events_waiting(at),
        number=number,
        last=last,
        at=at,
        time_of=time_of,
        times=TIMES,
    )


@bp.get("/desk/events/events.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk_csv() -> Response:
    """Every event as a CSV file, with how many came."""
    header = ("title", "part_of", "kind", "starts_at_utc", "ends_at_utc", "area", "came")
    rows = [
        (
            e.title,
            e.engagement.title,
            e.method.name,
            e.starts_at,
            e.ends_at,
            e.locality.name if e.locality else "",
            e.attended,
        )
        for e in queries.find_events(queries.EventFilter(), clock.now())
    ]
    return csv_download("events.csv", header, rows)


@bp.route("/desk/events/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> Response | Answer:
    """Plan an event, or enter one that took place."""
    at = clock.now()
    engagements = queries.engagement_choices(at - BACK)
    form = EventForm(
        methods=queries.methods(),
        localities=_localities(),
        engagements=engagements,
        data={"engagement": request.args.get("engagement", "")},
    )
    if form.validate_on_submit():
        try:
            event = actions.plan_event(int(form.engagement.data), form.facts, at=at, **_actor())
            db.session.commit()
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody planned an event just now. Send yours again"))
        else:
            flash(_("The event is on the page of events, for everybody to see."))
            return redirect(url_for(".event", slug=event.slug))
    return page("engagements/events/edit.html", form=form, event=None, none=not engagements)


@bp.get("/desk/events/<slug>/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def event(slug: str) -> Response:
    """One event: what is said of it, and what comes next."""
    found, at = _found(slug), clock.now()
    return page(
        "engagements/events/one.html",
        event=found,
        told=event_words(found),
        came=queries.came_from(found),
        photographs=queries.photographs_of(found.id),
        time=time_of(found.starts_at, found.ends_at, found.cancelled_at, at),
        times=TIMES,
    )


@bp.route("/desk/events/<slug>/change/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def change(slug: str) -> Response | Answer:
    """Change what is said of an event."""
    found = _found(slug)
    form = EventForm(methods=queries.methods(), localities=_localities(), data=event_answers(found))
    return _edit(
        "edit",
        form,
        found,
        lambda: actions.change_event(found, form.facts, at=clock.now(), **_actor()),
        _("The event is changed."),
        none=False,
    )


@bp.route("/desk/events/<slug>/cancel/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def cancel(slug: str) -> Response | Answer:
    """Say what cancelling does; then do it, for a reason that everybody reads."""
    found = _found(slug)
    form = CancelForm(data={"version": str(found.version)})
    return _edit(
        "cancel",
        form,
        found,
        lambda: actions.cancel_event(found, form.reason.data or "", at=clock.now(), **_actor()),
        _("The event is cancelled. It stays on its page, with your reason."),
    )


@bp.route("/desk/events/<slug>/people/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def people(slug: str) -> Response | Answer:
    """Enter how many came, from where, and which groups. Postcodes are forgotten at once."""
    found, localities = _found(slug), _localities()
    placed = sum(people for _place, _zone, people in queries.placed_by_postcode(found.id))
    told = queries.areas_told(found.id)
    form = attendance_form(
        localities,
        placed,
        {
            "people": found.attended,
            "bodies": "\n".join(body.name for body in queries.bodies_at(found.id)),
            "version": str(found.version),
            **{f"area_{key}": told.get(int(key)) for key, _name in localities},
        },
    )
    return _edit(
        "people",
        form,
        found,
        lambda: _count(found, form, localities),
        _("The number is saved. The postcodes are forgotten."),
        areas=[form[f"area_{key}"] for key, _name in localities],
        placed=placed,
    )


@bp.route("/desk/events/<slug>/notes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def notes(slug: str) -> Response | Answer:
    """Write what was said: as it was taken down, and as everybody may read it."""
    found = _found(slug)
    same = {"rough_notes": found.rough_notes, "notes": found.notes}
    form = NotesForm(data={**same, "version": str(found.version)})
    publishes = "publish" in request.form

    def write() -> None:
        actions.write_notes(found, form.rough_notes.data or "", form.notes.data or "")
        if publishes:
            actions.publish_notes(found, at=clock.now(), **_actor())

    done = _("What was said is on the event’s page.") if publishes else _("The notes are saved.")
    return _edit("notes", form, found, write, done)


@bp.route("/desk/events/<slug>/photographs/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def photographs(slug: str) -> Response | Answer:
    """Add photographs, one at a time, each with how those on it agreed."""
    found, form = _found(slug), EventPhotographForm()
    if form.validate_on_submit():
        try:
            actions.add_photograph(
                found,
                form.photograph.data,
                form.alt.data,
                consent=form.consent.data,
                consent_on=form.consent_on.data,
                at=clock.now(),
                **_actor(),
            )
            db.session.commit()
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        else:
            flash(_("The photograph is on the event’s page."))
            return redirect(url_for(".photographs", slug=slug))
    return page(
        "engagements/events/photographs.html",
        form=form,
        event=found,
        photographs=queries.photographs_of(found.id),
        consents=CONSENTS,
    )


@bp.post("/desk/events/<slug>/photographs/<public_id>/remove/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def remove_photograph(slug: str, public_id: str) -> Answer:
    """Take a photograph away."""
    found = _found(slug)
    photograph = queries.photograph_of(found.id, public_id) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.remove_photograph(found, photograph, at=clock.now(), **_actor())
    db.session.commit()
    flash(_("The photograph is removed, and deleted."))
    return redirect(url_for(".photographs", slug=slug))


@bp.get("/desk/methods/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def methods() -> Response:
    """The catalogue of methods."""
    return page("engagements/events/methods.html", methods=queries.methods())


@bp.route("/desk/methods/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def add_method() -> Response | Answer:
    """Add a method to the catalogue."""
    return _method("", MethodForm(), None)


@bp.route("/desk/methods/<key>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def change_method(key: str) -> Response | Answer:
    """Change a method, or offer it no more."""
    known = next((m for m in queries.methods() if m.key == key), None) or abort(404)
    same = {"name": known.name, "words": known.words, "is_offered": known.is_offered}
    return _method(key, MethodForm(data=same), known)


def _method(key: str, form: MethodForm, method: Method | None) -> Response | Answer:
    if form.validate_on_submit():
        try:
            actions.change_method(
                key,
                form.name.data,
                form.words.data or "",
                bool(form.is_offered.data),
                at=clock.now(),
                **_actor(),
            )
            db.session.commit()
        except (EventRefused, IntegrityError) as refusal:
            db.session.rollback()
            about = isinstance(refusal, EventRefused)
            form.refuse(refusal if about else _("Somebody changed the list. Send it again"))
        else:
            flash(_("The list of methods is changed."))
            return redirect(url_for(".methods"))
    return page("engagements/events/method.html", form=form, method=method)


def _count(found: EngagementEvent, form: AttendanceForm, localities: list[tuple[str, str]]) -> None:
    known = queries.bodies_named(form.names)
    missing = [name for name in form.names if name_key(name) not in known]
    if missing:
        raise EventRefused(
            _(
                "Enter the names of groups as the register has them. We do not find: %(names)s",
                names="; ".join(missing[:5]),
            ),
            "bodies",
        )
    actions.count_attendance(
        found,
        Attendance(
            form.people.data,
            form.found,
            {int(key): form[f"area_{key}"].data or 0 for key, _name in localities},
        ),
        find_places(form.found, partnership().council_code),
        [body.id for body in known.values()],
        keeps_placed=form.keeps_placed,
        at=clock.now(),
        **_actor(),
    )


def _edit(
    template: str,
    form: Any,
    found: EngagementEvent,
    act: Callable[[], None],
    done: str,
    **context: Any,
) -> Response | Answer:
    """Do ``act`` with a form that was sent, unless somebody changed the event meanwhile."""
    template = f"engagements/events/{template}.html"
    if form.validate_on_submit():
        if form.version.data != str(found.version):
            return _changed_meanwhile(template, form, found, context)
        try:
            act()
            db.session.commit()
        except EventRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except (StaleDataError, IntegrityError):
            db.session.rollback()
            return _changed_meanwhile(template, form, found, context)
        else:
            flash(done)
            return redirect(url_for(".event", slug=found.slug))
    return page(template, form=form, event=found, **context)


def _changed_meanwhile(
    template: str, form: Form, found: EngagementEvent, context: dict[str, Any]
) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return page(template, 409, form=form, event=found, **context)


def _found(slug: str) -> EngagementEvent:
    return queries.event_by_slug(slug) or abort(404)


def _localities() -> list[tuple[str, str]]:
    return locality_choices(partnership().council_code)


def _actor() -> dict[str, Any]:
    return {"by": current_user.id, "role": current_user.role}
