"""Writing drafts of plans, for officers."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("plans_manage", __name__)


@bp.get("/desk/plans/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")
