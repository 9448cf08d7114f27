"""Consultations as everybody reads them, and where an answer starts or goes on."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.consultations import exports, queries
from engage.consultations.actions import close_if_due, start_response
from engage.consultations.forms import ReferenceForm, StartForm
from engage.consultations.models import Consultation
from engage.consultations.models import Response as Given
from engage.consultations.rules import agreement_counts
from engage.consultations.views.holding import held_references, hold
from engage.engagements.rules.planning import LEVELS
from engage.extensions import db
from engage.messages.rules import read_reference
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("consultations", __name__)
PER_PAGE = 50


@bp.get("/say/")
@public
def consultations() -> Response:
    """Every consultation: open ones first, closing soonest first."""
    at = clock.now()
    found = queries.public_consultations(at)
    states = {c.id: queries.state_of(c, at) for c in found}
    return page("consultations/consultations.html", consultations=found, states=states)


@bp.get("/say/<slug>/")
@public
def consultation(slug: str) -> Response:
    """What it is for, what can change, until when, and the draft itself."""
    found, at = seen(slug), clock.now()
    if close_if_due(found, at=at):
        db.session.commit()
    return page(
        "consultations/consultation.html",
        consultation=found,
        engagement=found.engagement,
        state=queries.state_of(found, at),
        level=_(LEVELS[found.engagement.level]),
    )


@bp.get("/say/<slug>/responses/")
@public
def responses(slug: str) -> Response:
    """The published responses, each as far as its writer allowed."""
    found = _published(slug)
    listed = exports.to_publish(queries.submitted_responses(found))
    last = max(1, -(-len(listed) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    overall = found.questions[0]
    counts, total = agreement_counts(queries.answers_counted(overall))
    return page(
        "consultations/responses.html",
        consultation=found,
        overall=overall,
        counts=counts,
        total=total,
        listed=[exports.published(r) for r in listed[(number - 1) * PER_PAGE :][:PER_PAGE]],
        count=len(listed),
        number=number,
        last=last,
    )


@bp.get("/say/<slug>/responses.csv")
@public
def responses_csv(slug: str) -> Response:
    """The published responses as data."""
    found = _published(slug)
    listed = exports.to_publish(queries.submitted_responses(found))
    rows = exports.rows(listed, for_public=True)
    return csv_download(f"{slug}-responses.csv", exports.HEADER, rows)


@bp.route("/say/<slug>/answer/", methods=["GET", "POST"])
@public
def respond(slug: str) -> Response | Answer:
    """Start to answer, or go on: for yourself, or for a group that you represent."""
    found, at = seen(slug), clock.now()
    if queries.state_of(found, at) != "open":
        return shut(found)
    bodies = queries.bodies_to_answer_for(current_user.id) if _signed_in() else []
    form = StartForm()
    form.who.choices = [("me", _("Myself")), *((body.slug, body.name) for body in bodies)]
    if not bodies:
        form.who.data = "me"
    if form.validate_on_submit():
        body_id = next((body.id for body in bodies if body.slug == form.who.data), None)
        given, reference = _start(found, body_id)
        target = "answers.done" if given.stage == "submitted" else "answers.step"
        steps = {} if given.stage == "submitted" else {"name": "questions"}
        answer = redirect(url_for(target, slug=slug, public_id=given.public_id, **steps))
        return hold(answer, slug, reference)
    held = queries.responses_held(found, held_references())
    return page(
        "consultations/start.html",
        form=form,
        consultation=found,
        bodies=bodies,
        own=queries.own_responses(found, current_user.id) if _signed_in() else {},
        held=[given for given in held if given.stage == "draft"],
    )


@bp.route("/say/<slug>/return/", methods=["GET", "POST"])
@public
def come_back(slug: str) -> Response | Answer:
    """Open saved answers with their reference."""
    found = seen(slug)
    form = ReferenceForm()
    if form.validate_on_submit():
        given = queries.response_by_reference(form.reference.data)
        if given is not None and given.account_id is not None:
            form.refuse(_("You saved these answers with your account. Sign in to open them"))
        elif given is not None and given.consultation_id == found.id:
            target = url_for("answers.check", slug=slug, public_id=given.public_id)
            return hold(redirect(target), slug, read_reference(form.reference.data))
        else:
            wrong = _("Check your reference. It has 16 letters and numbers")
            form.refuse(wrong, form.reference)
    return page("consultations/return.html", form=form, consultation=found)


def seen(slug: str) -> Consultation:
    """Return the consultation if the public may know of it; else 404."""
    found = queries.consultation_by_slug(slug)
    if found is None or found.stage == "preparing":
        abort(404)
    return found


def shut(consultation: Consultation, typed: list[tuple[str, str]] | None = None) -> Response:
    """Say that answers aren't taken now, and keep what was typed on the page."""
    waiting = queries.state_of(consultation, clock.now()) == "waiting"
    return page(
        "consultations/shut.html",
        404 if waiting else 410,
        consultation=consultation,
        engagement=consultation.engagement,
        waiting=waiting,
        typed=typed or [],
    )


def _published(slug: str) -> Consultation:
    found = seen(slug)
    if found.responses_published_at is None:
        abort(404)
    return found


def _start(consultation: Consultation, body_id: int | None) -> tuple[Given, str | None]:
    """Return the response to write in, and the reference of a new one without an account.

    A body has one response, an account one of its own: what was started before goes on, also
    where another representative started at the same moment.
    """
    if not _signed_in():
        given, reference = start_response(consultation, at=clock.now())
        db.session.commit()
        return given, reference
    account_id = int(current_user.id)
    before = queries.own_responses(consultation, account_id).get(body_id)
    if before is not None:
        return before, None
    email = "" if body_id else current_user.email
    try:
        given, _unused = start_response(
            consultation, at=clock.now(), account_id=account_id, body_id=body_id, email=email
        )
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return queries.own_responses(consultation, account_id)[body_id], None
    return given, None


def _signed_in() -> bool:
    return bool(current_user.is_authenticated)
