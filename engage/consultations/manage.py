"""Opening consultations and reading responses, for officers."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("consultations_manage", __name__)


@bp.get("/desk/consultations/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")
