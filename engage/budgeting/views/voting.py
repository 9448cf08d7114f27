"""Voting."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("voting", __name__)


@bp.get("/vote")
@public
def start() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="start")
