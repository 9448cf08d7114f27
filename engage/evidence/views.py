"""Evidence of participation: reports, reach."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("evidence", __name__)


@bp.get("/reports/")
@public
def reports() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="reports")


@bp.get("/desk/reach/")
@public
def reach() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="reach")
