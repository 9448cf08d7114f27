"""The partnership and its partners."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("partners", __name__)


@bp.get("/desk/partnership/")
@public
def settings() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="settings")
