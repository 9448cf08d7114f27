"""Taking back what one proposed: by account, for a group, or by the reference alone."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.withdrawing import start_again, stop_helping, withdraw
from engage.budgeting.forms.withdrawing import WithdrawForm
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import changes_of
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.queries.withdrawing import helper_of, standing_of, withdraws_as
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.withdrawing import Kind, kind_of
from engage.budgeting.views.drafting import account_id, round_seen, step_address, unknown
from engage.budgeting.views.holding import held_references, hold
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.jobs import deliver_waiting
from engage.messages.rules import new_reference
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("withdrawing", __name__)


@bp.route("/rounds/<slug>/proposals/<public_id>/withdraw/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def withdraw_(slug: str, public_id: str) -> Response | Answer:
    """Say what withdrawing will do, which depends on how far the round is; then do it."""
    round_, proposal, part = _found(slug, public_id)
    form = WithdrawForm(version=str(proposal.version))
    if not part:
        return unknown(round_, form.typed if form.is_submitted() else [])
    try:
        kind = kind_of(standing_of(proposal, part))
    except ProposalRefused as refusal:
        return _page(round_, proposal, form, why_not=_(str(refusal)))
    if form.validate_on_submit():
        if form.version.data != str(proposal.version):
            form.version.data = str(proposal.version)
            form.refuse(_("It was changed after you opened this page. Read it again first."))
        elif _withdrawn(form, proposal, part):
            deliver_waiting()
            flash(_done()[kind])
            return _back(slug, proposal, kind)
    return _page(round_, proposal, form, kind=kind)


@bp.post("/rounds/<slug>/proposals/<public_id>/again/")
@public
@limiter.limit(A_BUILDING)
def again(slug: str, public_id: str) -> Response | Answer:
    """Start a new draft with the words of what was withdrawn."""
    round_, proposal, part = _found(slug, public_id)
    if not ActionForm().validate_on_submit():
        abort(400)
    if part not in ("author", "body"):
        return unknown(round_, [])
    reference, own = new_reference(), account_id()
    try:
        draft = start_again(proposal, reference, at=clock.now(), account_id=own)
        db.session.commit()
    except ProposalRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        return redirect(url_for("proposals.one", slug=slug, public_id=public_id))
    answer = redirect(step_address(slug, draft.public_id, "check"))
    return answer if own is not None else hold(answer, slug, reference)


def _found(slug: str, public_id: str) -> tuple[Round, Proposal, str]:
    round_ = round_seen(slug)
    proposal = proposal_in(round_.id, public_id) or abort(404)
    return round_, proposal, withdraws_as(proposal, account_id(), held_references())


def _withdrawn(form: WithdrawForm, proposal: Proposal, part: str) -> bool:
    """Withdraw and commit; False where the form says why not."""
    at = clock.now()
    try:
        helper = helper_of(proposal, held_references()) if part == "coauthor" else None
        if helper is not None:
            stop_helping(helper, proposal, at=at)
        else:
            withdraw(proposal, form.why, part=part, at=at, by=account_id())
        db.session.commit()
        return True
    except ProposalRefused as refusal:
        db.session.rollback()
        form.refuse_proposal(refusal)
    except (IntegrityError, StaleDataError):  # twice at once, or just as the ballot was settled
        db.session.rollback()
        form.refuse(_("Something changed meanwhile. Load the page again to see it."))
    return False


def _back(slug: str, proposal: Proposal, kind: Kind) -> Answer:
    """Go back to what was withdrawn; who has no more to do with a proposal, to the round."""
    if kind in (Kind.LEAD, Kind.HELP):
        return redirect(url_for("rounds.show", slug=slug))
    return redirect(url_for("proposals.one", slug=slug, public_id=proposal.public_id))


def _page(
    round_: Round,
    proposal: Proposal,
    form: WithdrawForm,
    *,
    kind: Kind | None = None,
    why_not: str = "",
) -> Response:
    joint = db.session.get(Proposal, proposal.merged_into_id or proposal.id)
    return page(
        "proposals/withdraw.html",
        form=form,
        round=round_,
        proposal=proposal,
        joint=joint,
        kind=kind,
        why_not=why_not,
        changes=changes_of(proposal.id),
        back=url_for("proposals.one", slug=round_.engagement.slug, public_id=proposal.public_id),
    )


def _done() -> dict[Kind, str]:
    return {
        Kind.WHOLE: _("Your proposal is withdrawn. We told everybody who wrote it with you."),
        Kind.PART: _("Your part is withdrawn. The proposal goes on without you."),
        Kind.LEAD: _("You have no more part in it. The proposal goes on with the others."),
        Kind.LATE: _("We told the team. The project stays on the ballot."),
        Kind.HELP: _("You help to write no more. We told the others."),
    }
