"""The register of community groups, and registering one."""

from flask import Blueprint, Response

from engage.bodies import queries
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("bodies", __name__)


@bp.get("/groups/")
@public
def register() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="register")
