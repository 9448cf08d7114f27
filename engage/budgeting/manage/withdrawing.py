"""Withdrawing for somebody who proposed on paper, and starting again with the same words."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.withdrawing import judge_reason, start_again, withdraw
from engage.budgeting.forms.withdrawing import WithdrawForm
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import changes_of
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.queries.withdrawing import standing_of, withdrawal_of
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.withdrawing import kind_of
from engage.budgeting.views.drafting import step_address
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.messages.rules import new_reference
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("withdrawing_manage", __name__)


@bp.route("/desk/rounds/<slug>/proposals/<public_id>/withdraw/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def withdraw_(slug: str, public_id: str) -> Response | Answer:
    """Withdraw what came on paper, as whoever sent it asks; what came online is theirs to."""
    round_, proposal = _on_paper(slug, public_id)
    form = WithdrawForm(version=str(proposal.version))
    back = url_for("screening_manage.proposal", slug=slug, public_id=public_id)
    kind, why_not = None, ""
    try:
        kind = kind_of(standing_of(proposal, "officer"))
    except ProposalRefused as refusal:
        why_not = _(str(refusal))
    if kind is not None and form.validate_on_submit() and _withdrawn(form, proposal):
        deliver_waiting()
        flash(_("It is withdrawn. We told everybody who has to do with it."))
        return redirect(back)
    return page(
        "proposals/withdraw.html",
        form=form,
        round=round_,
        proposal=proposal,
        joint=db.session.get(Proposal, proposal.merged_into_id or proposal.id),
        kind=kind,
        why_not=why_not,
        changes=changes_of(proposal.id),
        for_somebody=True,
        back=back,
    )


@bp.post("/desk/rounds/<slug>/proposals/<public_id>/again/")
@requires(Permission.MANAGE_BUDGETING)
def again(slug: str, public_id: str) -> Response | Answer:
    """Start a new paper draft with the words of what was withdrawn."""
    proposal = _on_paper(slug, public_id)[1]
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        draft = start_again(
            proposal, new_reference(), at=clock.now(), account_id=current_user.id, channel="paper"
        )
        db.session.commit()
    except ProposalRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        return redirect(url_for("screening_manage.proposal", slug=slug, public_id=public_id))
    return redirect(step_address(slug, draft.public_id, "check"))


@bp.post("/desk/rounds/<slug>/proposals/<public_id>/reason/<any(show,hold):word>/")
@requires(Permission.MANAGE_BUDGETING)
def judge(slug: str, public_id: str, word: str) -> Answer:
    """Show the reason of a withdrawal to everybody, or keep it to the team."""
    round_ = round_or_404(slug)
    proposal = proposal_in(round_.id, public_id) or abort(404)
    made = withdrawal_of(proposal.id) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        judge_reason(made, is_shown=word == "show", at=clock.now(), **actor())
        db.session.commit()
        flash(_("Everybody can read it now.") if word == "show" else _("Only the team reads it."))
    except ProposalRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for("screening_manage.proposal", slug=slug, public_id=public_id))


def _on_paper(slug: str, public_id: str) -> tuple[Round, Proposal]:
    round_ = round_or_404(slug)
    proposal = proposal_in(round_.id, public_id)
    if proposal is None or proposal.channel != "paper":
        abort(404)
    return round_, proposal


def _withdrawn(form: WithdrawForm, proposal: Proposal) -> bool:
    """Withdraw and commit; False where the form says why not."""
    if form.version.data != str(proposal.version):
        form.version.data = str(proposal.version)
        form.refuse(_("It was changed after you opened this page. Read it again first."))
        return False
    try:
        withdraw(proposal, form.why, part="officer", at=clock.now(), **actor())
        db.session.commit()
        return True
    except ProposalRefused as refusal:
        db.session.rollback()
        form.refuse_proposal(refusal)
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        form.refuse(_("Something changed meanwhile. Load the page again to see it."))
    return False
