"""An evening in a hall, for whoever runs it: the order of the pitches, the door, the papers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.hall import (
    choose_stations,
    count_papers,
    count_people,
    draw_pitches,
    end_pitches,
)
from engage.budgeting.forms.hall import CountForm, HallStationsForm
from engage.budgeting.models import Round
from engage.budgeting.queries.hall import evening, hall_night, papers_issued, pitches_of
from engage.budgeting.queries.papers import batches_of
from engage.budgeting.rules.hall import HallRefused, result_due
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("hall_manage", __name__)

STEPS: dict[str, Callable[..., Any]] = {"draw": draw_pitches, "end": end_pitches}


@bp.get("/desk/rounds/<slug>/hall/")
@requires(Permission.MANAGE_BUDGETING)
def hall(slug: str) -> Response:
    """Where the evening stands, and every button that it needs."""
    return _page(round_or_404(slug))


@bp.post(f"/desk/rounds/<slug>/hall/<any({','.join(STEPS)}):step>/")
@requires(Permission.MANAGE_BUDGETING)
def take_step(slug: str, step: str) -> Answer:
    """Draw the order of the pitches, or call the pitches over."""
    round_ = round_or_404(slug)
    if not ActionForm().validate():
        abort(400)
    try:
        STEPS[step](round_, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
    except HallRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".hall", slug=slug))


@bp.post("/desk/rounds/<slug>/hall/<any(people,papers):what>/")
@requires(Permission.MANAGE_BUDGETING)
def count(slug: str, what: str) -> Response | Answer:
    """Count people at the door, or ballot papers given out."""
    round_, form = round_or_404(slug), CountForm(what)
    if form.validate_on_submit():
        try:
            if what == "people":
                count_people(round_, form.change)
            else:
                count_papers(round_, form.change, at=clock.now())
            db.session.commit()
            return redirect(url_for(".hall", slug=slug, counted=what, _anchor=what))
        except HallRefused as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)), form.number)
    return _page(round_or_404(slug), what, form)


@bp.post("/desk/rounds/<slug>/hall/stations/")
@requires(Permission.MANAGE_BUDGETING)
def stations(slug: str) -> Response | Answer:
    """Say which stations stand in the hall."""
    round_ = round_or_404(slug)
    form = HallStationsForm(batches_of(round_.id))
    if not form.validate_on_submit():
        return _page(round_, "stations", form)
    choose_stations(round_, form.ids)
    db.session.commit()
    flash(_("Saved which stations stand in this hall."))
    return redirect(url_for(".hall", slug=slug))


def _page(
    round_: Round, what: str = "", form: CountForm | HallStationsForm | None = None
) -> Response:
    """Show the evening; ``form`` with its faults stands at ``what`` it was sent for.

    What was counted last is told beside its count, where a phone shows it.
    """
    night, batches = hall_night(round_.id), batches_of(round_.id)
    over = night.pitches_over_at
    blank: dict[str, Any] = {name: CountForm(name, formdata=None) for name in ("people", "papers")}
    if batches:
        blank["stations"] = HallStationsForm(batches, formdata=None)
    return page(
        "hall/desk.html",
        round=round_,
        night=night,
        issued=papers_issued(round_.id),
        evening=evening(round_, night, clock.now()),
        pitches=pitches_of(round_.id),
        due=result_due(over) if over else None,
        counted=request.args.get("counted"),
        form=form,
        forms=blank if form is None else {**blank, what: form},
    )
