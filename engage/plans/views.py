"""Plans, for everybody."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("plans", __name__)


@bp.get("/plans/")
@public
def plans() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="plans")
