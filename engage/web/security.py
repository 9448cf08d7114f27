"""Headers that every answer carries: a strict content policy, no framing, no shared caching."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, request
from werkzeug.routing import IntegerConverter, Map


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
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if app.config["ENGAGE_ENV"] == "production":
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif request.endpoint not in ("static", "home.theme"):
            # Pages are personal (who is signed in, which language): no cache may share them.
            response.headers["Cache-Control"] = "no-store"
            response.headers.add("Vary", "Cookie")
        return response

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = _content_hash(Path(app.static_folder or "") / values["filename"])


@cache
def _content_hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
