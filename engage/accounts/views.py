"""Signing in and out, and one's own account."""

from flask import Blueprint, Response
from flask_login import LoginManager

from engage import clock
from engage.accounts.queries import open_session
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in/")
@public
def sign_in() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="sign_in")


@bp.get("/account/")
@public
def own() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="own")


def register_loader(login_manager: LoginManager) -> None:
    """Tell Flask-Login how a cookie becomes a signed-in person."""
    login_manager.user_loader(lambda token: open_session(token, clock.now()))
