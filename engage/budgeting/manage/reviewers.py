"""Community reviewers of a round, for officers: invite them, and let them go."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused
from engage.budgeting.actions.recommending import end_review, invite_reviewer
from engage.budgeting.forms.screening import ReviewerForm
from engage.budgeting.models import RoundReviewer
from engage.budgeting.queries.reviewers import reviewers_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.screening import CHECKING
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("reviewers_manage", __name__)


@bp.route("/desk/rounds/<slug>/reviewers/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def reviewers(slug: str) -> Response | Answer:
    """Who reviews the proposals of a round; invite one more."""
    round_, form = round_or_404(slug), ReviewerForm()
    if form.validate_on_submit():
        try:
            invite_reviewer(
                round_, form.name.data or "", form.email.data or "", at=clock.now(),
                by=current_user.id, role=current_user.role,
            )  # fmt: skip
            db.session.commit()
            deliver_waiting()
            flash(_("We have written to the reviewer."))
            return redirect(url_for(".reviewers", slug=slug))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form[refusal.about] if refusal.about else None)
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except EmailRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.email)
        except IntegrityError:  # the same person, invited twice at once
            db.session.rollback()
            form.refuse(_("Somebody changed this before you. Load the page again."))
    return page(
        "rounds_manage/reviewers.html",
        form=form,
        round=round_,
        reviewers=reviewers_of(round_.id),
        is_early=round_.stage in (Stage.PREPARING, *CHECKING),
    )


@bp.post("/desk/rounds/<slug>/reviewers/<int:account_id>/end/")
@requires(Permission.MANAGE_BUDGETING)
def end(slug: str, account_id: int) -> Answer:
    """Let a reviewer go; what they said stays."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    if account_id >= 2**31:
        abort(404)
    reviewer = db.session.get(RoundReviewer, (round_.id, account_id)) or abort(404)
    end_review(reviewer, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    flash(_("They no longer review proposals. What they said stays."))
    return redirect(url_for(".reviewers", slug=slug))
