"""Rounds, proposals and results, for everybody."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("rounds", __name__)


@bp.get("/rounds/")
@public
def rounds() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="rounds")
