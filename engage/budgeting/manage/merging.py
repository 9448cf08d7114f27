"""Suggesting that proposals become one, for officers."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.merging import suggest_merge, withdraw_merge
from engage.budgeting.forms.screening import MergeForm
from engage.budgeting.queries.merging import merge_in, merges_of
from engage.budgeting.queries.rounds import proposals_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.screening import CHECKING
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("merging_manage", __name__)


@bp.route("/desk/rounds/<slug>/merges/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def merges(slug: str) -> Response | Answer:
    """What was suggested so far, and what came of it; suggest more."""
    round_ = round_or_404(slug)
    found = {p.public_id: p for p in proposals_of(round_.id) if p.merged_into_id is None}
    form = MergeForm([(key, proposal.title) for key, proposal in found.items()])
    if form.validate_on_submit():
        parts = [found[key] for key in form.parts.data]
        try:
            suggest_merge(
                round_, found[form.lead.data], parts, form.together, at=clock.now(),
                by=current_user.id, role=current_user.role,
            )  # fmt: skip
            db.session.commit()
            deliver_waiting()
            flash(_("Suggested. We asked each author; nothing happens unless all agree."))
            return redirect(url_for(".merges", slug=slug))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form[refusal.about] if refusal.about else None)
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return page(
        "rounds_manage/merges.html",
        form=form,
        round=round_,
        merges=merges_of(round_.id),
        is_checking=round_.stage in CHECKING and len(found) > 1,
    )


@bp.post("/desk/rounds/<slug>/merges/<public_id>/withdraw/")
@requires(Permission.MANAGE_BUDGETING)
def withdraw(slug: str, public_id: str) -> Answer:
    """Take a suggestion back."""
    merge = merge_in(round_or_404(slug).id, public_id) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        withdraw_merge(merge, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        deliver_waiting()
        flash(_("The suggestion is taken back."))
    except ProposalRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    except StaleDataError:
        db.session.rollback()
        abort(409)
    return redirect(url_for(".merges", slug=slug))
