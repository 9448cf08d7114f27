"""What an officer can't do alone: ask for longer voting, name the second person, see requests."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused
from engage.budgeting.actions.extending import ask_to_extend
from engage.budgeting.actions.scrutineers import drop_scrutineer, name_scrutineer
from engage.budgeting.forms.approvals import ExtensionForm, ScrutineerForm
from engage.budgeting.queries.approvals import approvals_of, names_of, scrutineer_of
from engage.budgeting.rules.approvals import ApprovalRefused
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("approvals_manage", __name__)


@bp.get("/desk/rounds/<slug>/requests/")
@requires(Permission.MANAGE_BUDGETING)
def requests(slug: str) -> Response:
    """Everything that was asked of a second person in this round, and what they decided."""
    found = round_or_404(slug)
    asked = approvals_of(found.id)
    return page(
        "rounds_manage/requests.html",
        round=found,
        approvals=asked,
        names=names_of(asked),
        scrutineer=scrutineer_of(found.id),
    )


@bp.route("/desk/rounds/<slug>/extend/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def extend(slug: str) -> Response | Answer:
    """Ask a second person to let people vote for longer."""
    found, at = round_or_404(slug), clock.now()
    form = ExtensionForm(data={"until": found.voting_closes_at})
    if form.validate_on_submit():
        try:
            ask_to_extend(found, form.until.data, form.reason.data or "", at=at, **actor())
            db.session.commit()
            deliver_waiting()
            flash(_("Asked. Voting closes later only once a second person agrees, in time."))
            return redirect(url_for(".requests", slug=slug))
        except ApprovalRefused as refusal:
            db.session.rollback()
            form.refuse_request(refusal)
    is_open = found.stage == Stage.VOTING and at < found.voting_closes_at
    return page("rounds_manage/extend.html", form=form, round=found, is_open=is_open)


@bp.route("/desk/rounds/<slug>/scrutineer/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def scrutineer(slug: str) -> Response | Answer:
    """Name the person from outside who may be the second one, while nobody sees the round yet."""
    found = round_or_404(slug)
    named = scrutineer_of(found.id)
    form = ScrutineerForm(data={"name": named.name if named else ""})
    if form.validate_on_submit():
        try:
            name_scrutineer(
                found, form.name.data or "", form.email.data or "", at=clock.now(), **actor()
            )
            db.session.commit()
            deliver_waiting()
            flash(_("We have written to the outside scrutineer."))
            return redirect(url_for(".requests", slug=slug))
        except ApprovalRefused as refusal:
            db.session.rollback()
            form.refuse_request(refusal)
        except EmailRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.email)
        except IntegrityError:  # two officers at once
            db.session.rollback()
            form.refuse(_("Somebody changed this before you. Load the page again."))
    return page("rounds_manage/scrutineer.html", form=form, round=found, named=named)


@bp.post("/desk/rounds/<slug>/scrutineer/drop/")
@requires(Permission.MANAGE_BUDGETING)
def drop(slug: str) -> Answer:
    """Go without an outside scrutineer after all."""
    found = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        drop_scrutineer(found, at=clock.now(), **actor())
        db.session.commit()
        flash(_("This fund has no outside scrutineer now."))
    except ApprovalRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".scrutineer", slug=slug))
