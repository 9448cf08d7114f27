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
from engage.engagements.actions import events as actions
from engage.engagements.forms.events import (
    CancelForm,
    EventFilterForm,
    EventForm,
    RefusingForm,
    event_answers,
    event_words,
)
from engage.engagements.models import EngagementEvent
from engage.engagements.queries import events as queries
from engage.engagements.rules.events import (
    TIMES,
    EventRefused,
    time_of,
)
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("engagement_events_manage", __name__)
PAGE_SIZE = 50
#: An event may be entered for an engagement that closed so long ago.
BACK = timedelta(days=365)


@bp.get("/desk/events/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk() -> Response:
    """Events that come, or that took place, with what is left to do for each."""
    at, find = clock.now(), EventFilterForm(request.args, localities=own_areas())
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
    return csv_download("events.csv", header, queries.event_rows())


@bp.route("/desk/events/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> Response | Answer:
    """Plan an event, or enter one that took place."""
    at = clock.now()
    engagements = queries.engagement_choices(at - BACK)
    form = EventForm(
        methods=queries.methods(),
        localities=own_areas(),
        engagements=engagements,
        data={"engagement": request.args.get("engagement", "")},
    )
    if form.validate_on_submit():
        try:
            event = actions.plan_event(int(form.engagement.data), form.facts, at=at, **actor())
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
    return page(
        "engagements/events/edit.html", form=form, event=None, no_engagement=not engagements
    )


@bp.get("/desk/events/<slug>/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def event(slug: str) -> Response:
    """One event: what is said of it, and what comes next."""
    found, at = found_event(slug), clock.now()
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
    found = found_event(slug)
    form = EventForm(methods=queries.methods(), localities=own_areas(), data=event_answers(found))
    if form.validate_on_submit():
        kept = keep(
            form,
            found,
            lambda: actions.change_event(found, form.facts, at=clock.now(), **actor()),
            _("The event is changed."),
        )
        if kept is not None:
            return kept
    return page(
        "engagements/events/edit.html", form.status, form=form, event=found, no_engagement=False
    )


@bp.route("/desk/events/<slug>/cancel/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def cancel(slug: str) -> Response | Answer:
    """Say what cancelling does; then do it, for a reason that everybody reads."""
    found = found_event(slug)
    form = CancelForm(data={"version": str(found.version)})
    if form.validate_on_submit():
        reason = form.reason.data or ""
        kept = keep(
            form,
            found,
            lambda: actions.cancel_event(found, reason, at=clock.now(), **actor()),
            _("The event is cancelled. It stays on its page, with your reason."),
        )
        if kept is not None:
            return kept
    return page("engagements/events/cancel.html", form.status, form=form, event=found)


def keep(
    form: RefusingForm, found: EngagementEvent, act: Callable[[], None], done: str
) -> Answer | None:
    """Do ``act`` with a form that is in order, commit and lead back to the event.

    None, with the reason on the form, where it can't be done or somebody was faster.
    """
    if form["version"].data != str(found.version):
        form.refuse_stale()
        return None
    try:
        act()
        db.session.commit()
    except EventRefused as refusal:
        db.session.rollback()
        form.refuse_about(refusal)
        return None
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        form.refuse_stale()
        return None
    flash(done)
    return redirect(url_for("engagement_events_manage.event", slug=found.slug))


def found_event(slug: str) -> EngagementEvent:
    return queries.event_by_slug(slug) or abort(404)


def own_areas() -> list[tuple[str, str]]:
    return locality_choices(partnership().council_code)


def actor() -> dict[str, Any]:
    return {"by": current_user.id, "role": current_user.role}
