"""Answering a consultation, one thing a page; nothing that was typed is lost on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.clock import UK
from engage.consultations import actions, queries
from engage.consultations.forms import (
    AboutForm,
    AboutGroupForm,
    AnswerForm,
    SendForm,
    answers_form,
    comments_form,
)
from engage.consultations.models import Consultation
from engage.consultations.models import Response as Given
from engage.consultations.rules import PUBLISH, PUBLISH_GROUP, AnswerRefused
from engage.consultations.views.holding import held_references, hold, let_go
from engage.consultations.views.reading import seen, shut
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.messages.jobs import deliver_waiting
from engage.partners.queries import partnership
from engage.places.queries import find_place
from engage.places.rules import PostcodeRefused
from engage.plans.queries import paragraphs_of
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("answers", __name__)
CHANGED = _l(
    "These answers were changed somewhere else after you opened this page. "
    "Compare them below, then send this page again."
)


@dataclass(frozen=True)
class Step:
    """One page of an answer: how its form is made, what it keeps, and which page follows."""

    form: Callable[[Consultation, Given | None, bool], AnswerForm]
    keep: Callable[[Given, AnswerForm], None]
    following: str


@bp.route(
    "/say/<slug>/answer/<public_id>/<any(questions,comments,about):name>/",
    methods=["GET", "POST"],
)
@public
def step(slug: str, public_id: str, name: str) -> Response | Answer:
    """One page of an answer; “Save and come back later” keeps it half-way."""
    found = seen(slug)
    given = _own(found, public_id)
    if given is not None and given.stage == "submitted":
        return redirect(url_for(".done", slug=slug, public_id=public_id))
    complete = "later" not in request.form
    form = STEPS[name].form(found, given, complete)
    if queries.state_of(found, clock.now()) != "open":
        return shut(found, form.typed)
    if given is None:
        return _not_yours(name, found, form)
    if not form.is_submitted():
        form.version.data = str(given.version)
    if form.validate_on_submit() and _kept(name, given, form):
        return _onwards(slug, public_id, name, complete)
    return _show(name, found, given, form)


@bp.route("/say/<slug>/answer/<public_id>/check/", methods=["GET", "POST"])
@public
def check(slug: str, public_id: str) -> Response | Answer:
    """Check everything, then send it: once."""
    found = seen(slug)
    given = _own(found, public_id)
    done = url_for(".done", slug=slug, public_id=public_id)
    if given is not None and given.stage == "submitted":
        return redirect(done)
    if queries.state_of(found, clock.now()) != "open":
        return shut(found, _stored(given) if given else [])
    if given is None:
        return _not_yours("check", found, SendForm())
    form = SendForm(version=str(given.version))
    if form.validate_on_submit():
        if form.version.data != str(given.version):
            form.refuse(CHANGED)
        elif (reference := _sent(given, form)) is not None:
            return hold(redirect(done), slug, reference)
        if given.stage == "submitted":  # by the same button, pressed twice
            return redirect(done)
        form.version.data = str(given.version)
    return _show("check", found, given, form, 422 if form.form_errors else 200)


@bp.get("/say/<slug>/answer/<public_id>/saved/")
@public
def saved(slug: str, public_id: str) -> Response | Answer:
    """Saved half-way: how to come back."""
    found = seen(slug)
    given = _own(found, public_id)
    if given is None:
        return _not_yours("check", found, SendForm())
    return _show("saved", found, given, None, reference=_reference(given))


@bp.post("/say/<slug>/answer/forget/")
@public
def forget(slug: str) -> Answer:
    """Let a shared device forget whose answers were written on it; the answers stay saved."""
    if not ActionForm().validate_on_submit():
        abort(400)
    return let_go(redirect(url_for("consultations.consultation", slug=slug)), slug)


@bp.get("/say/<slug>/answer/<public_id>/done/")
@public
def done(slug: str, public_id: str) -> Response | Answer:
    """The receipt."""
    found = seen(slug)
    given = _own(found, public_id)
    if given is None:
        return _not_yours("check", found, SendForm())
    if given.stage != "submitted":
        return redirect(url_for(".check", slug=slug, public_id=public_id))
    return _show("done", found, given, None, reference=_reference(given))


def _own(consultation: Consultation, public_id: str) -> Given | None:
    account_id = int(current_user.id) if current_user.is_authenticated else None
    return queries.response_for(
        consultation, public_id, account_id=account_id, references=held_references()
    )


def _kept(name: str, given: Given, form: AnswerForm) -> bool:
    """Keep the page; False, with the reason on the form, where it can't be kept."""
    if form.version.data != str(given.version):
        form.refuse(CHANGED)
        return False
    try:
        STEPS[name].keep(given, form)
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        form.refuse(CHANGED)
        return False
    except PostcodeRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form["postcode"])
        return False
    except AnswerRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, getattr(form, "name", None))
        return False
    return True


def _onwards(slug: str, public_id: str, name: str, complete: bool) -> Answer:
    if not complete:
        return redirect(url_for(".saved", slug=slug, public_id=public_id))
    following = STEPS[name].following
    if following == "check":
        return redirect(url_for(".check", slug=slug, public_id=public_id))
    return redirect(url_for(".step", slug=slug, public_id=public_id, name=following))


def _show(
    name: str,
    consultation: Consultation,
    given: Given | None,
    form: AnswerForm | None,
    status: int = 200,
    **more: object,
) -> Response:
    """Show a page of the answer. After a conflict: 409, with what is stored beside what was typed,
    and the version that sending again will match."""
    elsewhere: dict[str, str] = {}
    if form is not None and given is not None and form.version.data != str(given.version):
        elsewhere = form.differing(_stored_by_field(given))
        form.version.data, status = str(given.version), 409
    return page(
        f"consultations/{name}.html",
        status,
        form=form,
        consultation=consultation,
        engagement=consultation.engagement,
        given=given,
        elsewhere=elsewhere,
        answers=queries.answers_in_words(given) if given else [],
        comments=queries.comments_in_order(given) if given else [],
        publish_words=_publish_words(given) if given else "",
        **more,
    )


def _not_yours(name: str, consultation: Consultation, form: AnswerForm) -> Response:
    """Answer whoever can't be told to be the writer: a page sent keeps all its words."""
    if not form.is_submitted() or name == "check":
        return page("consultations/unknown.html", 404, consultation=consultation)
    form.refuse(
        _(
            "You were signed out, or this device forgot your answers. Your words are still below. "
            "Sign in or enter your reference in another tab, then send this page again."
        )
    )
    return _show(name, consultation, None, form, 401)


def _sent(given: Given, form: SendForm) -> str | None:
    """Submit; return the reference, or None with the reason on the form."""
    at = clock.now()
    try:
        actions.submit_response(given, at=at, on_day=at.astimezone(UK).date())
        reference = _reference(given) or actions.renew_reference(given)
        actions.send_receipt(given, queries.receipt_addresses(given), at=at)
        db.session.commit()
    except AnswerRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None
    except StaleDataError:
        db.session.rollback()
        form.refuse(CHANGED)
        return None
    deliver_waiting()
    return reference


def _reference(given: Given) -> str | None:
    """Return the reference of a response if this browser holds it."""
    held = {reference_address(reference): reference for reference in held_references()}
    return held.get(given.reference_hash)


def _publish_words(given: Given) -> str:
    if given.publish is None:
        return _("Not chosen yet")
    return _((PUBLISH_GROUP if given.body_id else PUBLISH)[given.publish])


def _stored(given: Given) -> list[tuple[str, str]]:
    return queries.answers_in_words(given) + [
        (_("Your comment on paragraph %(label)s", label=paragraph.label), text)
        for paragraph, text in queries.comments_in_order(given)
    ]


def _stored_by_field(given: Given) -> Mapping[str, str]:
    return {
        **{f"answer_{a.question_id}": a.text for a in given.answers},
        **{f"comment_{c.paragraph_id}": c.text for c in given.comments},
        "name": given.name,
        "email": given.email,
    }


def _questions(consultation: Consultation, given: Given | None, complete: bool) -> AnswerForm:
    kept = {a.question_id: a.text for a in given.answers} if given else {}
    return answers_form(consultation.questions, kept, complete=complete)


def _keep_questions(given: Given, form: AnswerForm) -> None:
    actions.save_answers(given, form.texts, at=clock.now())


def _comments(consultation: Consultation, given: Given | None, complete: bool) -> AnswerForm:
    kept = {c.paragraph_id: c.text for c in given.comments} if given else {}
    return comments_form(paragraphs_of(consultation.draft_id), kept)


def _keep_comments(given: Given, form: AnswerForm) -> None:
    actions.save_comments(given, form.texts, at=clock.now())


def _about(consultation: Consultation, given: Given | None, complete: bool) -> AnswerForm:
    if given is not None and given.body_id is not None:
        return AboutGroupForm(obj=given)
    return AboutForm(obj=given)


def _keep_about(given: Given, form: AnswerForm) -> None:
    if isinstance(form, AboutGroupForm):
        actions.save_about(given, publish=form.publish.data, at=clock.now())
        return
    typed = form.postcode.data
    found = find_place(typed, partnership().council_code) if typed else None
    actions.save_about(
        given,
        publish=form.publish.data,
        name=form.name.data,
        email=form.email.data,
        placing=(found.place, found.zone_code) if found else None,
        at=clock.now(),
    )


STEPS: dict[str, Step] = {
    "questions": Step(_questions, _keep_questions, "comments"),
    "comments": Step(_comments, _keep_comments, "about"),
    "about": Step(_about, _keep_about, "check"),
}
