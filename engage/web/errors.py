"""Error pages: what happened and what to do, never a stack trace."""

from flask import Flask, Response, make_response, render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from engage.extensions import db

#: Heading and advice for each status that a person may meet.
PAGES = {
    400: (_l("We could not read that"), _l("Go back, check what you entered and try again.")),
    401: (
        _l("Sign in to go on"),
        _l("You were signed out before this was sent. Sign in, then try again."),
    ),
    403: (
        _l("You cannot open this page"),
        _l("Your account does not include it. Ask the engagement team if you need it."),
    ),
    404: (_l("Page not found"), _l("Check the address, or start again from the front page.")),
    405: (_l("You cannot do that here"), _l("Go back and use the button on the page.")),
    409: (
        _l("Somebody changed this before you"),
        _l("Go back, load the page again and check what is there now."),
    ),
    410: (
        _l("This is closed"),
        _l("It is no longer open. What was decided is on our Decisions page."),
    ),
    413: (_l("That is too large to send"), _l("Send a smaller file or a shorter text.")),
    429: (_l("Too many tries"), _l("Wait a few minutes and try again. Nothing was lost.")),
    500: (
        _l("Something went wrong on our side"),
        _l("Nothing was saved from this page. Try again in a few minutes."),
    ),
    503: (
        _l("We cannot save anything just now"),
        _l("Try again in a few minutes. Go back to find what you entered."),
    ),
}


def register_errors(app: Flask) -> None:
    """Answer every HTTP error, a failing database and a mistake of ours with a page."""

    @app.errorhandler(SecurityError)
    def unknown_host(error: SecurityError) -> Response:
        # Raised before the request has an address of its own, so no page of ours can be built.
        return Response("This site does not answer to that name.", 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        if error.response is not None or error.code is None or error.code < 400:
            return error
        return _error_page(error.code, dict(error.get_headers()))

    @app.errorhandler(OperationalError)
    def database_error(error: OperationalError) -> Response:
        db.session.rollback()
        app.logger.error("the database did not answer: %s", type(error.orig).__name__)
        return _error_page(503)

    @app.errorhandler(500)
    def our_error(error: Exception) -> Response:
        db.session.rollback()
        return _error_page(500)


def _error_page(code: int, headers: dict[str, str] | None = None) -> Response:
    heading, advice = PAGES.get(code, PAGES[500 if code >= 500 else 400])
    response = make_response(
        render_template("errors/error.html", code=code, heading=heading, advice=advice), code
    )
    for name in ("Retry-After", "Allow"):
        if headers and name in headers:
            response.headers[name] = headers[name]
    return response
