"""Areas, for everybody."""

from flask import Blueprint, Response, abort, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage.extensions import db
from engage.places import queries
from engage.places.forms import PostcodeForm
from engage.places.models import Council, Locality
from engage.places.rules import PostcodeRefused
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("places", __name__)


@bp.route("/areas/", methods=["GET", "POST"])
@public
def areas() -> AnyResponse:
    """Every area, and the way to your own by postcode (which is looked up and forgotten)."""
    council = queries.own_council()
    form = PostcodeForm()
    if form.validate_on_submit():
        found = _area_found(form, council)
        if found is not None:
            return redirect(url_for("places.area", code=found.code), 303)
    index, estimate = queries.latest_index(), queries.latest_estimate()
    rows = queries.area_rows(council.code, index, estimate) if council else []
    return page(
        "places/areas.html",
        form=form,
        council=council,
        rows=rows,
        index=index,
        estimate=estimate,
    )


@bp.get("/areas/areas.csv")
@public
def areas_csv() -> Response:
    """The list of areas as data."""
    council = queries.own_council() or abort(404)
    index, estimate = queries.latest_index(), queries.latest_estimate()
    fifths = [f"data_zones_fifth_{fifth}" for fifth in range(1, 6)]
    people = f"people_mid_{estimate.year}" if estimate else "people"
    return csv_download(
        "areas.csv",
        ["code", "name", "kind", people, "data_zones", *fifths, "index"],
        [
            [
                row.code,
                row.name,
                row.kind,
                row.people,
                row.zones,
                *row.fifths,
                index and index.label,
            ]
            for row in queries.area_rows(council.code, index, estimate)
        ],
    )


@bp.get("/areas/<code>/")
@public
def area(code: str) -> Response:
    """One area: how many people live there, and in which fifths of areas."""
    locality = queries.locality_by_code(code) or abort(404)
    index, estimate = queries.latest_index() or abort(404), queries.latest_estimate()
    return page(
        "places/area.html",
        locality=locality,
        council=queries.own_council(),
        index=index,
        estimate=estimate,
        fifths=queries.locality_quintile_rows(locality.id, index, estimate),
        zones=queries.zone_rows(locality.id, index, estimate),
    )


@bp.get("/areas/<code>/data-zones.csv")
@public
def zones_csv(code: str) -> Response:
    """The data zones of one area as data."""
    locality = queries.locality_by_code(code) or abort(404)
    index, estimate = queries.latest_index() or abort(404), queries.latest_estimate()
    people = f"people_mid_{estimate.year}" if estimate else "people"
    return csv_download(
        f"{locality.code}-data-zones.csv",
        ["data_zone", "name", "rank", "fifth", people, "index"],
        [
            [zone.code, zone.name, zone.rank, zone.quintile, zone.people, index.label]
            for zone in queries.zone_rows(locality.id, index, estimate)
        ],
    )


def _area_found(form: PostcodeForm, council: Council | None) -> Locality | None:
    """Return the area of the postcode that was typed, or say on the form why there is none."""
    try:
        placing = queries.find_place(form.postcode.data, council.code if council else None)
    except PostcodeRefused:
        form.refuse(_("Enter your postcode, like AB10 1AB"), form.postcode)
        return None
    if placing.locality_id is not None:
        return db.session.get(Locality, placing.locality_id)
    if placing.place == "outside":
        form.refuse(
            _("That postcode is outside %(council)s. Enter one inside it", council=council.name),
            form.postcode,
        )
    else:
        form.refuse(
            _("We do not know that postcode. Check it, or choose your area from the list"),
            form.postcode,
        )
    return None
