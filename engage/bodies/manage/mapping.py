"""The points that put localities, and with them groups, on the public map."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage.bodies.forms.mapping import PointForm
from engage.bodies.queries.mapping import locality_points
from engage.extensions import db
from engage.permissions import Permission
from engage.places.actions.points import place_locality
from engage.places.models import Locality, LocalityPoint
from engage.places.rules.maps import read_place
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("mapping", __name__)


@bp.get("/desk/groups/map/")
@requires(Permission.MANAGE_PLACES)
def desk() -> Response:
    """Every locality, with its point or without."""
    return page("bodies/points.html", rows=locality_points())


@bp.route("/desk/groups/map/<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLACES)
def point(number: int) -> AnyResponse:
    """Put one locality on the map."""
    locality = db.session.get(Locality, number)
    if locality is None:
        abort(404)
    stands = db.session.get(LocalityPoint, number)
    typed = f"{stands.latitude}, {stands.longitude}" if stands else ""
    form = PointForm(data={"point": typed})
    if form.validate_on_submit():
        place_locality(number, *read_place(form.point.data or ""))
        db.session.commit()
        flash(_("The locality is on the map."))
        return redirect(url_for(".desk"))
    return page("bodies/point.html", form=form, locality=locality)
