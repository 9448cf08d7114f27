"""Areas, for everybody."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("places", __name__)


@bp.get("/areas/")
@public
def areas() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="areas")
