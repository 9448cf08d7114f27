"""English and Gaelic: which one the reader chose, and the switch that every page carries."""

from flask import (
    Blueprint,
    Response,
    current_app,
    has_request_context,
    make_response,
    redirect,
    request,
)

from engage.web.access import public
from engage.web.rules import safe_next

bp = Blueprint("language", __name__)
COOKIE = "language"


def chosen_language() -> str:
    """Return the reader's language: the one chosen by the switch, else English.

    A command or a job has no reader in front of it; what it writes is English.
    """
    if not has_request_context():
        return "en_GB"
    languages: dict[str, str] = current_app.config["LANGUAGES"]
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in languages else "en_GB"


@bp.get("/language/<code>")
@public
def choose(code: str) -> Response:
    """Remember the language and go back to the page that the reader came from."""
    response = make_response(redirect(safe_next(request.args.get("next")) or "/"))
    if code in current_app.config["LANGUAGES"]:
        response.set_cookie(
            COOKIE,
            code,
            max_age=31536000,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response
