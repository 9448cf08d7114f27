"""An author's answer to the suggestion that proposals become one."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.merging import answer_merge
from engage.budgeting.forms.screening import AgreeForm
from engage.budgeting.queries.merging import waiting_merge
from engage.budgeting.queries.proposing import part_in_proposal
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.views.drafting import account_id, round_seen, unknown
from engage.budgeting.views.holding import held_references
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("merging", __name__)


@bp.route("/rounds/<slug>/proposals/<public_id>/merge/", methods=["GET", "POST"])
@public
def merge(slug: str, public_id: str) -> Response | Answer:
    """Say yes or no to becoming one with other proposals; only the author may."""
    round_ = round_seen(slug)
    proposal = proposal_in(round_.id, public_id) or abort(404)
    if part_in_proposal(proposal, account_id(), held_references()) != "author":
        return unknown(round_, [])
    suggested = waiting_merge(proposal.id)
    back = redirect(url_for("proposals.one", slug=slug, public_id=public_id))
    if suggested is None:
        return back
    form = AgreeForm()
    if form.validate_on_submit():
        try:
            agrees = form.agrees.data == "yes"
            made = answer_merge(suggested, proposal, agrees=agrees, at=clock.now())
            db.session.commit()
            deliver_waiting()
            flash(
                _("Everybody agreed, so the proposals are now combined.") if made
                else _("We have your answer.")
            )  # fmt: skip
            return back
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except (IntegrityError, StaleDataError):  # somebody else answered at the same moment
            db.session.rollback()
            form.refuse(_("Something changed meanwhile. Load the page again to see it."))
    mine = next(part for part in suggested.parts if part.proposal_id == proposal.id)
    return page(
        "proposals/merge.html",
        form=form,
        round=round_,
        proposal=proposal,
        merge=suggested,
        answer=mine.answer,
    )
