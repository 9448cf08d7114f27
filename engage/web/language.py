"""English and Gaelic: which one the reader chose, and the switch that every page carries."""

from collections import Counter
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
)
from flask_babel import get_translations, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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
    chosen = g.get("language") or request.cookies.get(COOKIE, "")
    return chosen if chosen in languages else "en_GB"


def register_words(app: Flask) -> None:
    """Let templates find the words of a page in one step: a long page asks for hundreds."""
    app.jinja_env.globals.update(
        _=_words, gettext=_words, ngettext=_counted, mostly_english=mostly_english
    )


class _Speaker:
    """The words of one answer: the reader's catalogue, and how much of it was translated."""

    def __init__(self) -> None:
        catalogue = get_translations()
        self.find, self.count = catalogue.gettext, catalogue.ngettext
        self.is_english = chosen_language() == "en_GB"
        self.told: Counter[bool] = Counter()

    def note(self, text: str, told: str) -> None:
        """Keep whether ``text`` was said in the reader's language, weighed by its length."""
        self.told[told != text] += len(told)


def _speaker() -> _Speaker:
    try:
        return g.speaker  # type: ignore[no-any-return]
    except AttributeError:
        g.speaker = _Speaker()
    return g.speaker  # type: ignore[no-any-return]


def mostly_english() -> bool:
    """Say whether most of what the page said so far is in English though another was chosen.

    The page then says so, and screen readers are told: the catalogue falls back text by text.
    """
    told = _speaker().told
    return told[False] > told[True]


@pass_eval_context
def _words(evaluation: EvalContext, text: str, /, **values: Any) -> str:
    """Return ``text`` in the reader's language with its values, which are escaped."""
    speaker = _speaker()
    told = speaker.find(text)
    if not speaker.is_english:
        speaker.note(text, told)
    return _filled(evaluation, told, values)


@pass_eval_context
def _counted(evaluation: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """Return the words for so many; the number itself is ``num``, unless another is given."""
    speaker = _speaker()
    told = speaker.count(one, many, number)
    if not speaker.is_english:
        speaker.note(one if number == 1 else many, told)
    return _filled(evaluation, told, {"num": number, **values})


def _filled(evaluation: EvalContext, told: str, values: dict[str, Any]) -> str:
    """Put values into words. A sign of per cent is written twice in every text, as Jinja asks."""
    if evaluation.autoescape:
        told = Markup(told)  # noqa: S704 - our own words; values are escaped as they are put in
    return told % values if values or "%" in told else told


@bp.get("/language/<code>")
@public
def choose(code: str) -> Response:
    """Remember the language and go back to the page that the reader came from."""
    return remember(make_response(redirect(safe_next(request.args.get("next")) or "/")), code)


def speak(code: str) -> None:
    """Answer this request in another language than before, if it is one of ours.

    For a form whose answers an address can't carry: it comes back in that language as it is.
    """
    if code in current_app.config["LANGUAGES"]:
        g.language = code
        g.pop("speaker", None)
        refresh()


def remember(response: Response, code: str) -> Response:
    """Let the reader's browser keep the language, if it is one of ours."""
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
