"""Front page, desks, and pages about the site."""

from flask import Blueprint, Response

from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def front() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="front")


@bp.get("/have-your-say/")
@public
def have_your_say() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="have_your_say")


@bp.get("/theme.css")
@public
def theme() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="theme")


@bp.get("/logo.svg")
@public
def logo() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="logo")


@bp.get("/desk/")
@public
def desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="desk")


@bp.get("/group/")
@public
def group_desk() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="group_desk")


@bp.get("/accessibility/")
@public
def accessibility() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="accessibility")


@bp.get("/privacy/")
@public
def privacy() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="privacy")


@bp.get("/follow/")
@public
def follow() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="follow")


@bp.get("/contact/")
@public
def contact() -> Response:
    """Stub."""
    return page("errors/error.html", heading="Stub", advice="contact")
