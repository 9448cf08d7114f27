"""Community council areas, for officers: each needs a group, or an explicit “none” (R01)."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies import exports
from engage.bodies.actions import areas as actions
from engage.bodies.forms.areas import AnswerForm, AreaForm, AreasFileForm
from engage.bodies.manage.picking import picked_body
from engage.bodies.models import CouncilArea
from engage.bodies.queries import areas as queries
from engage.bodies.queries.importing import areas_by_name
from engage.bodies.queries.naming import bodies_named
from engage.bodies.queries.register import area_choices
from engage.bodies.rules.areas import STATES, AreaRefused, AreasRead, read_areas
from engage.bodies.rules.importing import MOST_BYTES, MOST_FAULTS, ImportRefused, text_of
from engage.bodies.views.register import PAGE_SIZE
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("council_areas", __name__)
DESK = "/desk/groups/areas/"


@bp.route(DESK, methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def desk() -> AnyResponse:
    """The areas, those without an answer first, and adding one."""
    form = AreaForm(localities=area_choices())
    if form.validate_on_submit():
        try:
            added = actions.add_areas([form.row()], **_who())
        except AreaRefused as refusal:
            form.refuse(refusal, form.name)
        else:
            db.session.commit()
            if added:
                flash(_("The area is on the list. Say next who speaks for it."))
                return redirect(url_for(".desk"))
            form.refuse(_("This area is on the list already"), form.name)
    return _desk_page(form, AreasFileForm(None), AreasRead())


@bp.post(f"{DESK}file/")
@requires(Permission.MANAGE_BODIES)
def load() -> AnyResponse:
    """Add the areas of a file: all of them, or none where a row is wrong."""
    form, read = AreasFileForm(), AreasRead()
    if form.validate_on_submit():
        try:
            text = text_of(form.file.data.stream.read(MOST_BYTES + 1))
            read = read_areas(text, areas_by_name())
        except ImportRefused as refusal:
            form.refuse(refusal, form.file)
        if read.faults:
            form.refuse(_("The file has faults, so nothing was added: see below"), form.file)
        elif read.rows:
            added = actions.add_areas(read.rows, **_who())
            db.session.commit()
            flash(ngettext("%(num)d area was added.", "%(num)d areas were added.", added))
            return redirect(url_for(".desk"))
    return _desk_page(AreaForm(None, localities=area_choices()), form, read)


@bp.get(f"{DESK}areas.csv")
@requires(Permission.MANAGE_BODIES)
def desk_csv() -> Response:
    """Every area as a CSV file: its group, or why there is none."""
    rows = exports.area_rows(queries.council_areas())
    return csv_download("community-council-areas.csv", exports.AREA_HEADER, rows)


@bp.route(f"{DESK}<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def area(number: int) -> AnyResponse:
    """Say who speaks for an area, or why nobody does."""
    found = _found(number)
    form = AnswerForm(data=_stands(found))
    if form.validate_on_submit():
        body = picked_body(form, form.body) if form.answer.data == "body" else None
        if body is not None or form.answer.data != "body":
            reason = form.reason.data or ""
            actions.answer_area(
                found, form.answer.data, body, reason, today=clock.today(), **_who()
            )
            db.session.commit()
            flash(_("The answer is recorded."))
            return redirect(url_for(".desk"))
    return page("bodies/council_area.html", form=form, area=found)


@bp.post(f"{DESK}<int:number>/drop/")
@requires(Permission.MANAGE_BODIES)
def drop(number: int) -> AnyResponse:
    """Take an area off the list."""
    found = _found(number)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.drop_area(found, **_who())
    db.session.commit()
    flash(_("The area is off the list."))
    return redirect(url_for(".desk"))


def _desk_page(form: AreaForm, file_form: AreasFileForm, read: AreasRead) -> Response:
    counts = queries.area_states()
    wanted = request.args.get("state", "")
    wanted = wanted if wanted in STATES else ""
    count = counts[wanted] if wanted else counts.total()
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "bodies/council_areas.html",
        form=file_form if file_form.errors else form,
        area_form=form,
        file_form=file_form,
        faults=read.faults[:MOST_FAULTS],
        areas=queries.council_areas(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        counts=counts,
        wanted=wanted,
        states=STATES,
        number=number,
        last=last,
    )


def _stands(found: CouncilArea) -> dict[str, str | None]:
    """Return what is known of an area; where nothing is, the group of that name, if there is."""
    if found.answer is not None:
        body = found.body.name if found.body else ""
        return {"answer": found.answer, "body": body, "reason": found.reason}
    like = bodies_named(f"{found.name} Community Council")
    return {"body": like[0].name if len(like) == 1 else ""}


def _found(number: int) -> CouncilArea:
    found = queries.area_by_id(number)
    if found is None:
        abort(404)
    return found


def _who() -> dict[str, object]:
    return {"at": clock.now(), **actor()}
