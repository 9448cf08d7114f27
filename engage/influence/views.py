"""What we did with what you said."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("influence", __name__)


@bp.get("/decisions/")
@public
def decisions() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="decisions")
