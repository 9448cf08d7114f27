"""Answering a consultation."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("consultations", __name__)


@bp.get("/say/")
@public
def consultations() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="consultations")
