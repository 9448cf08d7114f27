"""People's accounts, for administrators."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("accounts_manage", __name__)


@bp.get("/desk/accounts/")
@public
def people() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="people")
