"""Answers to a Place Standard, for officers: from paper, from a file, and reading comments."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions import standard_answers as actions
from engage.engagements.forms.place_standard import (
    AnswersFileForm,
    PaperForm,
    answer_form,
    day_of_paper,
    decisions_sent,
)
from engage.engagements.manage.events import actor
from engage.engagements.manage.place_standard import found_exercise
from engage.engagements.models import PlaceStandardExercise
from engage.engagements.queries import place_standard as queries
from engage.engagements.rules.answer_files import columns, read_answers, template_rows
from engage.engagements.rules.place_standard import MOST_PRIORITIES, ExerciseRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.places.rules import ImportRefused
from engage.places.rules.files import file_hash
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("standard_answers_manage", __name__)
PAGE_SIZE = 50


@bp.route("/desk/place-standard/<slug>/paper/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def paper(slug: str) -> Response | Answer:
    """Enter one answer that was written on paper."""
    found = found_exercise(slug)
    themes = queries.version_text(found.standard).themes
    form = answer_form(themes, PaperForm)
    if not form.is_submitted():
        form["on_day"].process(None, day_of_paper(found, clock.today()))
    if form.validate_on_submit() and _enter(found, form):
        flash(_("The answer is kept. Enter the next one."))
        return redirect(url_for(".paper", slug=slug))
    return page(
        "engagements/place_standard/paper.html",
        form=form,
        exercise=found,
        themes=themes,
        most=MOST_PRIORITIES,
    )


@bp.route("/desk/place-standard/<slug>/file/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def load(slug: str) -> Response | Answer:
    """Load a file of answers: all of them, or none with each fault named by its line."""
    found, form = found_exercise(slug), AnswersFileForm()
    refused: ImportRefused | None = None
    if form.validate_on_submit():
        data = form.file.data.stream.read()
        try:
            answers = read_answers(data, found.opens_on, found.closes_on)
            number = actions.load_answers(
                found, answers, file_hash(data), at=clock.now(), **actor()
            )
            db.session.commit()
        except ImportRefused as refusal:
            db.session.rollback()
            refused = refusal
            form.refuse(refusal, form.file)
        except ExerciseRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody loaded this file or closed the exercise just now"))
        else:
            flash(ngettext("%(num)d answer is kept.", "%(num)d answers are kept.", number))
            return redirect(url_for("place_standard_manage.exercise", slug=slug))
    return page(
        "engagements/place_standard/load.html",
        form=form,
        exercise=found,
        refused=refused,
        columns=columns(),
        themes=queries.version_text(found.standard).themes,
    )


@bp.get("/desk/place-standard/<slug>/form.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def empty_file(slug: str) -> Response:
    """A file to fill in, with one example line."""
    found = found_exercise(slug)
    labels = [theme.label for theme in queries.version_text(found.standard).themes]
    return csv_download("place-standard-answers.csv", columns(), template_rows(labels))


@bp.route("/desk/place-standard/<slug>/comments/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def comments(slug: str) -> Response | Answer:
    """Read what people wrote, and say of each whether everybody may read it."""
    found, form = found_exercise(slug), ActionForm()
    waiting = queries.comments_of(found.id, "waiting", limit=PAGE_SIZE)
    if form.validate_on_submit():
        decided = actions.read_comments(
            found, waiting, decisions_sent(request.form), at=clock.now(), **actor()
        )
        db.session.commit()
        flash(ngettext("%(num)d comment is decided.", "%(num)d comments are decided.", decided))
        return redirect(url_for(".comments", slug=slug))
    return page(
        "engagements/place_standard/reading.html",
        form=form,
        exercise=found,
        comments=waiting,
        waiting=queries.count_comments(found.id, "waiting"),
        shown=queries.count_comments(found.id, "shown"),
        held=queries.count_comments(found.id, "held"),
    )


def _enter(found: PlaceStandardExercise, form: Any) -> bool:
    press = form.once
    try:
        actions.answer_on_paper(
            found,
            form.kind.data,
            form.number,
            form.said,
            press=press,
            on_day=form["on_day"].data,
            at=clock.now(),
            **actor(),
        )
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
