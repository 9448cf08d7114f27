"""Inviting groups to an engagement, for officers."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("engagements", __name__)


@bp.get("/desk/engagements/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")
