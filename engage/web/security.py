"""Headers that every answer carries: a strict content policy, no framing, no shared caching."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, request, session
from werkzeug.routing import IntegerConverter, Map

#: What is the same for everybody, and says itself how long it may be kept.
SHARED = ("static", "home.theme", "home.logo", "pictures.picture")


class RowNumber(IntegerConverter):
    """A whole number in an address: one that a column can hold, or else the address is unknown."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


def csp_nonce() -> str:
    """Return this request's nonce for the one script element that a page has."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def register_security(app: Flask) -> None:
    """Set the headers on every answer and put a content hash into addresses of static files."""
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def refuse_null_bytes() -> None:
        """Answer an address that holds a null byte, which PostgreSQL can't even look for."""
        if "\x00" in request.path:
            abort(404)
        if any("\x00" in value for value in request.args.values()):
            abort(400)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; "
            f"script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        # The address of a one-time link is a secret: it goes nowhere, not even into our own log.
        has_secret = "token" in (request.view_args or {})
        response.headers["Referrer-Policy"] = "no-referrer" if has_secret else "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if app.config["ENGAGE_ENV"] == "production":
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        _say_how_long_it_may_be_kept(app, response)
        return response

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = _content_hash(Path(app.static_folder or "") / values["filename"])


def _say_how_long_it_may_be_kept(app: Flask, response: Response) -> None:
    if response.status_code == 200 and _is_versioned(app):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint not in SHARED or response.status_code >= 400:
        # Pages are personal (who is signed in, which language): no cache may share them.
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie")
    if request.endpoint in SHARED and not session.modified:
        session.accessed = False  # looking who is signed in changed nothing: no Vary


def _is_versioned(app: Flask) -> bool:
    """Say whether a static file is asked for as it is now: another version is not kept for it."""
    if request.endpoint != "static":
        return False
    path = Path(app.static_folder or "") / (request.view_args or {})["filename"]
    return request.args.get("v") == _content_hash(path)


@cache
def _content_hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
