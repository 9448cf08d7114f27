"""After an event, for officers: who came, what was said, and photographs with consent."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.bodies.rules.register import name_key
from engage.engagements.actions import events as actions
from engage.engagements.forms.events import (
    AttendanceForm,
    EventPhotographForm,
    NotesForm,
    attendance_form,
)
from engage.engagements.manage.events import actor, found_event, keep, own_areas
from engage.engagements.models import EngagementEvent
from engage.engagements.queries import events as queries
from engage.engagements.rules.events import CONSENTS, Attendance, EventRefused
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import find_places
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("event_records_manage", __name__)


@bp.route("/desk/events/<slug>/people/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def people(slug: str) -> Response | Answer:
    """Enter how many came, from where, and which groups. Postcodes are forgotten at once."""
    found, localities = found_event(slug), own_areas()
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
    if form.validate_on_submit():
        done = _("The number is saved. The postcodes are forgotten.")
        kept = keep(form, found, lambda: _count(found, form, localities), done)
        if kept is not None:
            _say_unknown(form.found)
            return kept
    return page(
        "engagements/events/people.html",
        form.status,
        form=form,
        event=found,
        areas=[form[f"area_{key}"] for key, _name in localities],
        placed=placed,
    )


@bp.route("/desk/events/<slug>/notes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def notes(slug: str) -> Response | Answer:
    """Write what was said: as it was taken down, and as everybody may read it."""
    found = found_event(slug)
    same = {"rough_notes": found.rough_notes, "notes": found.notes}
    form = NotesForm(data={**same, "version": str(found.version)})
    publishes = "publish" in request.form

    def write() -> None:
        actions.write_notes(found, form.rough_notes.data or "", form.notes.data or "")
        if publishes:
            actions.publish_notes(found, at=clock.now(), **actor())

    done = _("What was said is on the event’s page.") if publishes else _("The notes are saved.")
    if form.validate_on_submit() and (kept := keep(form, found, write, done)) is not None:
        return kept
    return page("engagements/events/notes.html", form.status, form=form, event=found)


@bp.route("/desk/events/<slug>/photographs/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def photographs(slug: str) -> Response | Answer:
    """Add photographs, one at a time, each with how those on it agreed."""
    found, form = found_event(slug), EventPhotographForm()
    if form.validate_on_submit():
        try:
            actions.add_photograph(
                found,
                form.photograph.data,
                form.alt.data,
                consent=form.consent.data,
                consent_on=form.consent_on.data,
                at=clock.now(),
                **actor(),
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
    found = found_event(slug)
    photograph = queries.photograph_of(found.id, public_id) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.remove_photograph(found, photograph, at=clock.now(), **actor())
    db.session.commit()
    flash(_("The photograph is removed, and deleted."))
    return redirect(url_for(".photographs", slug=slug))


def _say_unknown(postcodes: Mapping[str, int]) -> None:
    """Say how many people's postcodes nobody knows, while whoever typed them can look again."""
    placings = find_places(postcodes, partnership().council_code)
    unknown = sum(n for postcode, n in postcodes.items() if placings[postcode].place == "unmatched")
    if unknown:
        flash(
            ngettext(
                "We do not know the postcode of %(num)d person, who counts as not placed. "
                "Was it typed right? If not, enter the list again.",
                "We do not know the postcodes of %(num)d people, who count as not placed. "
                "Were they typed right? If not, enter the list again.",
                unknown,
            )
        )


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
        **actor(),
    )
