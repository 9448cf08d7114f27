"""The references that a browser holds, so that somebody without an account can go on writing.

They stand in a cookie that scripts can't read, for the pages of one round only, until the browser
is closed; never in an address.
"""

from typing import TypeVar

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from engage.messages.rules import read_reference

COOKIE = "proposals"
#: How many proposals one device may have in hand: a class, a desk in a library.
MOST = 8

AnyResponse = TypeVar("AnyResponse", bound=Response)


def held_references() -> list[str]:
    """Return the references that the asking browser holds, oldest first."""
    parts = request.cookies.get(COOKIE, "").split(".")[-MOST:]
    return [reference for part in parts if (reference := read_reference(part)) is not None]


def hold(response: AnyResponse, slug: str, reference: str) -> AnyResponse:
    """Let the browser hold ``reference`` too."""
    kept = [held for held in held_references() if held != reference]
    _set(response, slug, [*kept, reference][-MOST:])
    return response


def let_go(response: AnyResponse, slug: str) -> AnyResponse:
    """Let the browser forget every reference of this round."""
    _set(response, slug, [])
    return response


def _set(response: Response, slug: str, references: list[str]) -> None:
    response.set_cookie(
        COOKIE,
        ".".join(references),
        max_age=None if references else 0,
        path=url_for("rounds.show", slug=slug),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
