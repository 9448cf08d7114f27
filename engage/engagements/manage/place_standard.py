"""Place Standard for officers: planning an exercise, moving it on, entering answers, reading."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.engagements.actions import place_standard as actions
from engage.engagements.forms.place_standard import ExerciseForm, exercise_answers
from engage.engagements.manage.events import BACK, actor, own_areas
from engage.engagements.models import PlaceStandardExercise
from engage.engagements.queries import place_standard as queries
from engage.engagements.queries.events import engagement_choices
from engage.engagements.rules.place_standard import FOLLOWS, STAGES, ExerciseRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("place_standard_manage", __name__)
PAGE_SIZE = 50


@bp.get("/desk/place-standard/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk() -> Response:
    """Every exercise, with how far it has come."""
    stage = request.args.get("stage", "")
    stage = stage if stage in STAGES else ""
    count = queries.count_exercises(stage)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    found = queries.exercises(stage, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "engagements/place_standard/desk.html",
        exercises=found,
        progress=queries.progress_of([one.id for one in found]),
        nothing=queries.Progress(),
        unread=queries.comments_unread(),
        stage=stage,
        stages=STAGES,
        count=count,
        number=number,
        last=last,
    )


@bp.route("/desk/place-standard/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> Response | Answer:
    """Plan asking about a place."""
    at = clock.now()
    engagements = engagement_choices(at - BACK)
    form = ExerciseForm(
        versions=queries.versions(),
        localities=own_areas(),
        engagements=engagements,
        data={"engagement": request.args.get("engagement", "")},
    )
    if form.validate_on_submit() and form.complete():
        try:
            found = actions.plan_exercise(int(form.engagement.data), form.facts, at=at, **actor())
            db.session.commit()
        except ExerciseRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody planned one just now. Send yours again"))
        else:
            flash(_("It is planned. Nobody sees it before you open it."))
            return redirect(url_for(".exercise", slug=found.slug))
    return page(
        "engagements/place_standard/edit.html",
        form=form,
        exercise=None,
        no_engagement=not engagements,
    )


@bp.get("/desk/place-standard/<slug>/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def exercise(slug: str) -> Response:
    """One exercise: how far it has come, and what comes next."""
    found = found_exercise(slug)
    return page(
        "engagements/place_standard/one.html",
        exercise=found,
        progress=queries.progress_of([found.id]).get(found.id, queries.Progress()),
        stages=STAGES,
        today=clock.today(),
        threshold=THRESHOLD,
    )


@bp.route("/desk/place-standard/<slug>/change/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def change(slug: str) -> Response | Answer:
    """Change what is said of an exercise, as far as it still can be."""
    found = found_exercise(slug)
    form = ExerciseForm(
        versions=queries.versions(), localities=own_areas(), data=exercise_answers(found)
    )
    if form.validate_on_submit() and form.complete():
        if form.edition.data != str(found.edition):
            return _changed_meanwhile(form, found)
        try:
            actions.change_exercise(found, form.facts, at=clock.now(), **actor())
            db.session.commit()
        except ExerciseRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except (StaleDataError, IntegrityError):
            db.session.rollback()
            return _changed_meanwhile(form, found)
        else:
            flash(_("It is changed."))
            return redirect(url_for(".exercise", slug=slug))
    return page(
        "engagements/place_standard/edit.html", form=form, exercise=found, no_engagement=False
    )


@bp.route("/desk/place-standard/<slug>/<any(open,closed,published):to>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def move(slug: str, to: str) -> Response | Answer:
    """Say what opening, closing or publishing does; then do it."""
    found, form = found_exercise(slug), ActionForm()
    if form.validate_on_submit():
        try:
            actions.move_exercise(found, to, at=clock.now(), **actor())
            db.session.commit()
        except ExerciseRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            form.refuse(_("Somebody moved this on before you. Look at it as it is now"))
        else:
            flash(_("Done: %(stage)s.", stage=_(STAGES[to])))
            return redirect(url_for(".exercise", slug=slug))
    return page(
        "engagements/place_standard/move.html",
        form=form,
        exercise=found,
        to=to,
        is_next=FOLLOWS.get(found.stage) == to,
        progress=queries.progress_of([found.id]).get(found.id, queries.Progress()),
        threshold=THRESHOLD,
        stages=STAGES,
        counted=ngettext,
    )


def found_exercise(slug: str) -> PlaceStandardExercise:
    """Return the exercise at this address, or answer 404."""
    return queries.exercise_by_slug(slug) or abort(404)


def _changed_meanwhile(form: Any, found: PlaceStandardExercise) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return page(
        "engagements/place_standard/edit.html", 409, form=form, exercise=found, no_engagement=False
    )
