"""Leaving a shared device: what was sent before can't be called back by whoever comes next.

A browser keeps the forms that it sent and sends them again when somebody goes back and says so,
with all that was typed. The token of a form ties it to the sitting that it was sent in.
"""

from flask import Flask, Response, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from engage.web.pages import page

#: Where a session keeps that somebody has left; nothing of who it was.
LEFT = "left"


def leave() -> None:
    """End the sitting of whoever used this device: its forms answer to nobody any more."""
    session.pop("csrf_token", None)  # the forms of a new sitting have another one
    session[LEFT] = True


def refuse_forms_of_who_left(app: Flask) -> None:
    """Answer a form of an earlier sitting with a page that shows nothing of it."""

    @app.before_request
    def look() -> Response | None:
        if request.method != "POST" or LEFT not in session:
            return None
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            return page(
                "errors/error.html",
                410,
                code=410,
                heading=_("That page was finished with"),
                advice=_(
                    "Somebody finished on this device after it was sent. So we show nothing that "
                    "stood on it, and nothing has changed. If it was you, start again."
                ),
            )
        return None
