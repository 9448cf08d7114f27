"""A group's own requests: writing, sending, following and answering."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import body_for, part_in
from engage.bodies.rules.register import EDITORS, PARTS
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.partners.queries import partner_choices
from engage.permissions import Permission
from engage.requests.actions import deciding
from engage.requests.actions import requests as actions
from engage.requests.forms.requests import CommentForm, RequestForm, WithdrawForm, stored_text
from engage.requests.models import ParticipationRequest
from engage.requests.queries import requests as queries
from engage.requests.rules.deadlines import comments_until
from engage.requests.rules.requests import RequestRefused, maker_of, missing_parts
from engage.requests.views.requests import WORDS, bp
from engage.web.access import requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import page


@bp.get("/group/<slug>/requests/")
@requires(Permission.REPRESENT_BODIES)
def mine(slug: str) -> Response:
    """A group's requests, drafts included."""
    body = _body(slug)
    return page(
        "requests/mine.html",
        body=body,
        found=queries.requests_of(body.id),
        may_write=part_in(body, current_user.id) in EDITORS and body.stage == "registered",
        **WORDS,
    )


@bp.route("/group/<slug>/requests/new/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def begin(slug: str) -> AnyResponse:
    """Begin a request. It is kept as a draft."""
    body = _body(slug, EDITORS)
    if body.stage != "registered":
        abort(404)
    form = RequestForm(
        partners=partner_choices(), data={"maker": maker_of(body.kind, body.is_constituted)}
    )
    if form.validate_on_submit():
        asked = actions.begin_request(body, form.text(), at=clock.now())
        db.session.commit()
        flash(_("Your draft is kept. Check it, then send it."))
        return redirect(url_for("requests.own", slug=slug, number=asked.public_id))
    return page("requests/write.html", form=form, body=body, asked=None)


@bp.get("/group/<slug>/requests/<number>/")
@requires(Permission.REPRESENT_BODIES)
def own(slug: str, number: str) -> Response:
    """One request as the group follows it: what it says, what we did, what it can do now."""
    body, asked = _own(slug, number)
    return _own_page(body, asked)


@bp.route("/group/<slug>/requests/<number>/change/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def change(slug: str, number: str) -> AnyResponse:
    """Go on writing a draft, or add what was asked for."""
    body, asked = _own(slug, number, EDITORS)
    if asked.stage not in ("draft", "more_asked"):
        abort(404)
    form = RequestForm(
        partners=partner_choices(),
        data=stored_text(actions.text_of(asked), asked.version),
    )
    if form.validate_on_submit():
        try:
            actions.change_request(asked, form.text(), version=form.version.data or 0)
        except RequestRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("What you wrote is kept."))
            return redirect(url_for("requests.own", slug=slug, number=number))
    status = 409 if form.form_errors else 200
    return page("requests/write.html", status=status, form=form, body=body, asked=asked)


@bp.post("/group/<slug>/requests/<number>/send/")
@requires(Permission.REPRESENT_BODIES)
def send(slug: str, number: str) -> AnyResponse:
    """Send a draft, or the answer to what was asked for."""
    body, asked = _own(slug, number, EDITORS)
    return _act(
        body, asked, ActionForm(), lambda: actions.send_request(asked, **_day(), **_who()),
        _("Your request is sent. We check it and tell you."),
    )  # fmt: skip


@bp.route("/group/<slug>/requests/<number>/withdraw/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def withdraw(slug: str, number: str) -> AnyResponse:
    """Withdraw a request, or throw a draft away, in two steps."""
    body, asked = _own(slug, number, EDITORS)
    if asked.stage not in ("draft", "sent", "more_asked", "valid"):
        abort(404)
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            if asked.stage == "draft":
                actions.drop_draft(asked)
            else:
                actions.withdraw_request(asked, **_who())
        except RequestRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("It is done."))
            return redirect(url_for("requests.mine", slug=slug))
    return page("requests/withdraw.html", form=form, body=body, asked=asked)


@bp.post("/group/<slug>/requests/<number>/process/")
@requires(Permission.REPRESENT_BODIES)
def comment(slug: str, number: str) -> AnyResponse:
    """Comment on how a process is meant to run (section 26)."""
    body, asked = _own(slug, number, EDITORS)
    form = CommentForm()
    return _act(
        body, asked, form,
        lambda: deciding.comment_on_process(asked, form.text.data or "", **_day(), **_who()),
        _("We have your comments. We take them into account before the process starts."),
    )  # fmt: skip


@bp.post("/group/<slug>/requests/<number>/view/")
@requires(Permission.REPRESENT_BODIES)
def view(slug: str, number: str) -> AnyResponse:
    """Say how the process went, before the report is published (section 31(3))."""
    body, asked = _own(slug, number, EDITORS)
    form = CommentForm()
    return _act(
        body, asked, form,
        lambda: deciding.give_view(asked, form.text.data or "", **_day(), **_who()),
        _("We have your view. It will stand in the report."),
    )  # fmt: skip


def _body(slug: str, parts: Any = tuple(PARTS)) -> CommunityBody:
    body = body_for(current_user.id, slug, parts)
    if body is None:
        abort(404)
    return body


def _own(
    slug: str, number: str, parts: Any = tuple(PARTS)
) -> tuple[CommunityBody, ParticipationRequest]:
    body, asked = _body(slug, parts), queries.request_by_id(number)
    if asked is None or asked.body_id != body.id:
        abort(404)
    return body, asked


def _day() -> dict[str, Any]:
    return {"today": clock.today()}


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def _act(
    body: CommunityBody,
    asked: ParticipationRequest,
    form: Form,
    act: Callable[[], object],
    done: str,
) -> AnyResponse:
    """Do one act and go back to the request; what is wrong is shown on its page."""
    slug, number = body.slug, asked.public_id
    if form.validate_on_submit():
        try:
            act()
        except RequestRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            deliver_waiting()
            flash(done)
            return redirect(url_for("requests.own", slug=slug, number=number))
    return _own_page(*_own(slug, number), form)


def _own_page(
    body: CommunityBody, asked: ParticipationRequest, form: Form | None = None
) -> Response:
    decision = asked.decision
    until = (
        comments_until(decision.decided_on) if decision is not None and decision.agreed else None
    )
    return page(
        "requests/own.html",
        form=form,
        body=body,
        asked=asked,
        lacking=missing_parts(actions.text_of(asked)),
        process=queries.process_of(asked.id),
        report=queries.report_of(asked.id),
        comments_until=until,
        may_comment=until is not None and clock.today() <= until,
        may_write=part_in(body, current_user.id) in EDITORS,
        comment=form if isinstance(form, CommentForm) else CommentForm(None),
        **WORDS,
    )
