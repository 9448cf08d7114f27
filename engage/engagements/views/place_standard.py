"""Place Standard, for everybody: answering about a place, its results, comparing them."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.engagements.actions.standard_answers import answer_online
from engage.engagements.forms.place_standard import AnswerForm, CompareForm, answer_form
from engage.engagements.models import PlaceStandardExercise
from engage.engagements.queries import place_standard as queries
from engage.engagements.queries.file import seen_path
from engage.engagements.rules.place_standard import (
    KINDS,
    MOST_PRIORITIES,
    SCORES,
    STAGES,
    ExerciseRefused,
    takes_answers,
)
from engage.engagements.rules.result_rows import RESULT_COLUMNS, result_rows
from engage.engagements.rules.standard_themes import renamed
from engage.engagements.rules.wheels import RADIUS, SIDE, numbers, rings, shape, spokes
from engage.extensions import A_BUILDING, db, limiter
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("place_standard", __name__)
PAGE_SIZE = 50
#: What draws a wheel, for templates.
WHEEL = {
    "rings": rings,
    "spokes": spokes,
    "numbers": numbers,
    "shape": shape,
    "side": SIDE,
    "radius": RADIUS,
}


@bp.get("/place-standard/")
@public
def exercises() -> Response:
    """Places that people can say something about today, and the results of others."""
    count = queries.count_exercises("published")
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/place_standard/list.html",
        open_now=queries.open_exercises(clock.today()),
        published=queries.exercises("published", offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        count=count,
        number=number,
        last=last,
    )


@bp.route("/place-standard/<slug>/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def exercise(slug: str) -> Response | Answer:
    """What it is about, and the form while it is open."""
    found = _seen(slug)
    themes = queries.version_text(found.standard).themes
    is_open = takes_answers(found.stage, found.opens_on, found.closes_on, clock.today())
    form = answer_form(themes) if is_open else None
    if request.method == "POST" and form is None:
        abort(410)
    if form is not None and form.validate_on_submit() and _answer(found, form):
        return redirect(url_for(".thanks", slug=slug))
    return page(
        "engagements/place_standard/exercise.html",
        form=form,
        exercise=found,
        themes=themes,
        most=MOST_PRIORITIES,
        path=seen_path(found.engagement),
        today=clock.today(),
    )


@bp.get("/place-standard/<slug>/thanks/")
@public
def thanks(slug: str) -> Response:
    """It is sent, and what happens now."""
    return page("engagements/place_standard/thanks.html", exercise=_seen(slug))


@bp.get("/place-standard/<slug>/on-paper/")
@public
def on_paper(slug: str) -> Response:
    """The themes as a sheet to print and fill in."""
    found = _seen(slug)
    return page(
        "engagements/place_standard/on_paper.html",
        exercise=found,
        themes=queries.version_text(found.standard).themes,
        scores=SCORES,
        most=MOST_PRIORITIES,
    )


@bp.get("/place-standard/<slug>/results/")
@public
def results(slug: str) -> Response:
    """The wheel with its table, of people alone and of groups apart."""
    found = _published(slug)
    return page(
        "engagements/place_standard/results.html",
        exercise=found,
        results=queries.results_of(found, THRESHOLD),
        themes=queries.version_text(found.standard).themes,
        comments=queries.count_comments(found.id, "shown"),
        kinds=KINDS,
        threshold=THRESHOLD,
        path=seen_path(found.engagement),
        **WHEEL,
    )


@bp.get("/place-standard/<slug>/results.csv")
@public
def results_csv(slug: str) -> Response:
    """The same as a file."""
    found = _published(slug)
    days = (found.opens_on.isoformat(), found.closes_on.isoformat())
    told = (found.title, found.place_name, *days, found.standard.name)
    rows = result_rows(told, queries.results_of(found, THRESHOLD))
    return csv_download(f"place-standard-{found.slug}.csv", RESULT_COLUMNS, rows)


@bp.get("/place-standard/<slug>/comments/")
@public
def comments(slug: str) -> Response:
    """What people wrote, as far as an officer read it and shows it."""
    found = _published(slug)
    is_held = not any(result.themes for result in queries.results_of(found, THRESHOLD))
    count = 0 if is_held else queries.count_comments(found.id, "shown")
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    shown = queries.comments_shown(found.id, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "engagements/place_standard/comments.html",
        exercise=found,
        comments=shown if count else [],
        count=count,
        number=number,
        last=last,
    )


@bp.get("/place-standard/compare/")
@public
def compare() -> Response:
    """Up to three results side by side: one place over time, or places with each other."""
    form = CompareForm(request.args, choices=queries.exercise_choices())
    form.validate()
    found = queries.published_exercises(form.chosen)
    versions = [queries.version_text(one.standard) for one in found]
    pairs = [(one, queries.results_of(one, THRESHOLD)) for one in found]
    return page(
        "engagements/place_standard/compare.html",
        find=form,
        compared=pairs,
        themes=versions[-1].themes if versions else (),
        versions=list(dict.fromkeys(version.name for version in versions)),
        renamed=renamed(versions),
        names=[version.name for version in versions],
        kinds=KINDS,
        threshold=THRESHOLD,
        **WHEEL,
    )


def _answer(found: PlaceStandardExercise, form: AnswerForm) -> bool:
    """Keep what was sent and commit; a second press of the same button is taken as done."""
    press = form.once
    try:
        answer_online(found, form.kind.data, form.number, form.said, press=press, at=clock.now())
        db.session.commit()
    except ExerciseRefused as refusal:
        db.session.rollback()
        form.refuse_about(refusal)
        return False
    except IntegrityError:
        db.session.rollback()
        if not queries.is_answered(found.id, press):
            form.refuse(_("It has just been closed: answers are not taken any more"))
            return False
    return True


def _seen(slug: str) -> PlaceStandardExercise:
    """Return an exercise that everybody may see: one that was opened."""
    found = queries.exercise_by_slug(slug)
    if found is None or found.stage not in set(STAGES) - {"preparing"}:
        abort(404)
    return found


def _published(slug: str) -> PlaceStandardExercise:
    found = queries.exercise_by_slug(slug)
    if found is None or found.stage != "published":
        abort(404)
    return found
