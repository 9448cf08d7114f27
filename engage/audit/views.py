"""The trail, to read."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("audit", __name__)


@bp.get("/trail/")
@public
def trail() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="trail")
