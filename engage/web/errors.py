"""Error pages: what happened and what to do, never a stack trace."""

import traceback
from contextlib import suppress

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
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
    413: (
        _l("That is too large to send"),
        _l("Nothing was saved from this page. What you saved before is still there."),
    ),
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


#: The database is away, full, locked, read-only or out of connections: it will be back.
AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout)


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

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeout)
    def database_error(error: DBAPIError | PoolTimeout) -> Response:
        log_database_error(error)
        if isinstance(error, AWAY):
            do_without_database()
            return _error_page(503)
        return _error_page(500)

    @app.errorhandler(500)
    def our_error(error: Exception) -> Response:
        return _error_page(500)


def log_database_error(error: SQLAlchemyError) -> None:
    """Log what failed and where, without what the database said: it may quote a ballot."""
    orig = getattr(error, "orig", None)
    code = getattr(orig, "sqlstate", None) or getattr(orig, "sqlite_errorname", "")
    cause = f"{type(orig).__name__} {code}"
    where = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("the database failed: %s, %s\n%s", type(error).__name__, cause, where)


def do_without_database() -> None:
    """Build the rest of this answer without asking the database anything.

    The page is as somebody sees it who isn't signed in. ``g.database_is_away`` tells the frame of
    every page to take what it needs from memory.
    """
    _let_go()
    g.database_is_away = True
    g._login_user = AnonymousUserMixin()  # where Flask-Login keeps who is signed in


def _let_go() -> None:
    with suppress(SQLAlchemyError):
        db.session.rollback()


def _page_sent_from(code: int) -> str:
    """Return the address of the page whose file was too large to read, '' where there is none."""
    if code != 413 or request.url_rule is None or "GET" not in (request.url_rule.methods or ()):
        return ""
    return request.full_path.rstrip("?")


def _error_page(code: int, headers: dict[str, str] | None = None) -> Response:
    heading, advice = PAGES.get(code, PAGES[500 if code >= 500 else 400])
    words = {"code": code, "heading": heading, "advice": advice, "again": _page_sent_from(code)}
    if code >= 500:
        _let_go()
    try:
        html = render_template("errors/error.html", **words)
    except SQLAlchemyError as error:
        log_database_error(error)
        do_without_database()
        html = render_template("errors/error.html", **words)
    response = make_response(html, code)
    for name in ("Retry-After", "Allow"):
        if headers and name in headers:
            response.headers[name] = headers[name]
    return response
