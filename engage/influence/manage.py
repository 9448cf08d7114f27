"""Recording findings and how they shaped priorities, for officers."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("influence_manage", __name__)


@bp.get("/desk/findings/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")
