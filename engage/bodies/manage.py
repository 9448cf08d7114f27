"""Accepting groups on to the register, for officers."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("bodies_manage", __name__)


@bp.get("/desk/groups/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")
