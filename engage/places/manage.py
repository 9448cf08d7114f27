"""Loading places, for officers: what is loaded, what comes next, and the files to load."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from engage import clock
from engage.extensions import db
from engage.permissions import Permission
from engage.places import actions, queries
from engage.places.actions import Loaded
from engage.places.forms import FileForm, IndexForm, PopulationForm
from engage.places.rules import ImportRefused
from engage.web.access import requires
from engage.web.filters import number
from engage.web.forms import ActionForm, Form
from engage.web.pages import page

bp = Blueprint("places_manage", __name__, url_prefix="/desk/places")


@bp.get("/")
@requires(Permission.MANAGE_PLACES)
def desk() -> Response:
    """What is loaded, and what to load next."""
    council = queries.own_council()
    index, estimate = queries.latest_index(), queries.latest_estimate()
    return page(
        "places/desk.html",
        council=council,
        loaded=queries.everything_loaded(),
        index=index,
        estimate=estimate,
        areas=queries.area_rows(council.code, index, estimate) if council else [],
    )


@bp.route("/index/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def load_index() -> Response:
    """Load a deprivation index."""
    form = IndexForm()
    return _load(
        form,
        "places/load_index.html",
        lambda data: actions.load_index(
            data,
            name=form.name.data,
            version=form.version.data,
            vintage=int(form.zones.data),
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        ),
    )


@bp.route("/population/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def load_population() -> Response:
    """Load a population estimate."""
    form = PopulationForm()
    return _load(
        form,
        "places/load_population.html",
        lambda data: actions.load_population(
            data,
            year=form.year.data,
            source=form.source.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        ),
    )


@bp.route("/postcodes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def load_postcodes() -> Response:
    """Load the postcode directory."""
    return _load(
        FileForm(),
        "places/load_postcodes.html",
        lambda data: actions.load_postcodes(
            data, at=clock.now(), by=current_user.id, role=current_user.role
        ),
    )


@bp.route("/localities/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def define_localities() -> Response:
    """Divide the council area as a file says."""
    council = queries.own_council()
    return _load(
        FileForm(),
        "places/define_localities.html",
        lambda data: actions.define_localities(
            data,
            council_code=council.code if council else None,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        ),
    )


@bp.route("/wards/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def use_wards() -> Response:
    """Show the council area's electoral wards, and make them its localities."""
    council = queries.own_council() or abort(404)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            loaded = actions.use_wards(
                council.code, at=clock.now(), by=current_user.id, role=current_user.role
            )
        except ImportRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            wards = len(queries.ward_rows(council.code))
            words = ngettext("%(num)d ward is a locality.", "%(num)d wards are localities.", wards)
            return _done(loaded, words)
    return page(
        "places/use_wards.html",
        form=form,
        council=queries.own_council(),
        wards=queries.ward_rows(council.code),
        localities=queries.localities_of(council.code),
        estimate=queries.latest_estimate(),
    )


def _load(form: Form, template: str, load: Callable[[bytes], Loaded]) -> Response:
    """Take a file and load it, or show the form again with every fault of the file."""
    refused = None
    if form.validate_on_submit():
        try:
            loaded = load(form.file.data.read())
        except ImportRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.file)
            refused = refusal
        else:
            lines = number(loaded.lines)
            words = ngettext(
                "%(lines)s line loaded.", "%(lines)s lines loaded.", loaded.lines, lines=lines
            )
            return _done(loaded, words)
    return page(template, form=form, refused=refused, council=queries.own_council())


def _done(loaded: Loaded, words: str) -> Response:
    """Commit, say in ``words`` what was loaded, and go back to the desk."""
    db.session.commit()
    if loaded.already:
        flash(_("That was loaded already. Nothing changed."))
    else:
        flash(words)
    return redirect(url_for("places_manage.desk"), 303)
