"""The one reply of whoever was left out, by account, group or reference."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.replying import reply_to_check
from engage.budgeting.forms.screening import ReplyForm
from engage.budgeting.queries.proposing import part_in_proposal
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.queries.screening import check_to_reply_to, checks_of, reply_of
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.screening import replies_until
from engage.budgeting.views.drafting import account_id, round_seen, unknown
from engage.budgeting.views.holding import held_references
from engage.extensions import db
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("replying", __name__)


@bp.route("/rounds/<slug>/proposals/<public_id>/reply/", methods=["GET", "POST"])
@public
def reply(slug: str, public_id: str) -> Response | Answer:
    """Reply once to being left out: it is checked again, and what comes of that stands."""
    round_, at, form = round_seen(slug), clock.now(), ReplyForm()
    proposal = proposal_in(round_.id, public_id) or abort(404)
    if part_in_proposal(proposal, account_id(), held_references()) != "author":
        return unknown(
            round_, [(_("Your reply"), form.words.data or "")] if form.words.data else []
        )
    if form.validate_on_submit():
        try:
            reply_to_check(proposal, form.words.data or "", at=at)
            db.session.commit()
            flash(_("We have your reply. We will check your proposal again and let you know."))
            return redirect(url_for("proposals.one", slug=slug, public_id=public_id))
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except (IntegrityError, StaleDataError):  # twice at once, or just as it was checked
            db.session.rollback()
            form.refuse(_("Something changed meanwhile. Load the page again to see it."))
    check = check_to_reply_to(proposal, at)
    return page(
        "proposals/reply.html",
        form=form,
        round=round_,
        proposal=proposal,
        check=check,
        until=check and replies_until(check.at, round_.reply_days),
        checks=checks_of(proposal),
        reply=reply_of(proposal.id),
    )
