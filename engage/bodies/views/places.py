"""The register by place, for everybody: community council areas, and who supports whom."""

from flask import Blueprint, Response, request

from engage.bodies.queries import areas as areas_read
from engage.bodies.queries import network as network_read
from engage.bodies.rules.areas import STATES
from engage.bodies.rules.network import STANDINGS
from engage.bodies.views.register import PAGE_SIZE
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("bodies_places", __name__)


@bp.get("/groups/areas/")
@public
def areas() -> Response:
    """Every community council area: its group, or why there is none."""
    counts = areas_read.area_states()
    last = max(1, -(-counts.total() // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    shown = areas_read.council_areas(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "bodies/areas.html", areas=shown, counts=counts, states=STATES, number=number, last=last
    )


@bp.get("/groups/network/")
@public
def network() -> Response:
    """The third sector interface, and which groups it supports with what."""
    return page(
        "bodies/network.html",
        interfaces=network_read.interfaces(),
        links=network_read.support_links(),
        standings=STANDINGS,
    )
