"""For community reviewers: look at proposals without their senders, and recommend."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.recommending import recommend
from engage.budgeting.actions.screening import declare_interest
from engage.budgeting.forms.screening import AnswersForm, InterestForm, answers_form
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import (
    asks_of,
    latest_versions,
    pictures_of,
    place_names,
    said_by,
)
from engage.budgeting.queries.reviewers import (
    given_by,
    is_reviewer,
    own_recommendations,
    proposals_to_review,
    rounds_to_review,
)
from engage.budgeting.queries.rounds import area_name, body_names, proposal_in
from engage.budgeting.queries.screening import criteria_of, interest_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.views.found import public_round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("reviewing", __name__)


@bp.get("/review/")
@requires(Permission.OWN_ACCOUNT)
def rounds() -> Response:
    """The funds whose proposals the one who asks reviews."""
    return page("reviewing/rounds.html", rounds=rounds_to_review(current_user.id))


@bp.get("/review/<slug>/")
@requires(Permission.OWN_ACCOUNT)
def listed(slug: str) -> Response:
    """What waits for its check, and how far one is."""
    round_ = _round(slug)
    return page(
        "reviewing/list.html",
        round=round_,
        proposals=proposals_to_review(round_.id, current_user.id),
    )


@bp.route("/review/<slug>/<public_id>/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def proposal(slug: str, public_id: str) -> Response | Answer:
    """One proposal without its sender: say how it stands to each criterion."""
    round_, looked_at = _proposal(slug, public_id)
    given = given_by(own_recommendations(looked_at.id, current_user.id))
    form = answers_form(AnswersForm, criteria_of(round_.id), given, {})
    if form.validate_on_submit():
        try:
            recommend(looked_at, form.answers, at=clock.now(), by=current_user.id)
            db.session.commit()
            flash(_("Thank you. The officers will read what you said."))
            return redirect(url_for(".listed", slug=slug))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse_proposal(refusal)
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except IntegrityError:  # the same button, pressed twice
            db.session.rollback()
            return redirect(url_for(".listed", slug=slug))
    return _proposal_page(round_, looked_at, form)


@bp.route("/review/<slug>/<public_id>/interest/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def interest(slug: str, public_id: str) -> Response | Answer:
    """Say whether one has an interest in a proposal, before one reviews it."""
    round_, looked_at = _proposal(slug, public_id)
    form = InterestForm()
    if form.validate_on_submit():
        conflict, words = form.has_conflict.data == "yes", form.words.data or ""
        try:
            declare_interest(
                looked_at, conflict, words, at=clock.now(), by=current_user.id, role="reviewer"
            )
            db.session.commit()
            flash(_("Saved"))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse_proposal(refusal)
            return page("reviewing/interest.html", form=form, round=round_, proposal=looked_at)
        except IntegrityError:  # the same button, pressed twice
            db.session.rollback()
        return redirect(url_for(".proposal", slug=slug, public_id=public_id))
    return page("reviewing/interest.html", form=form, round=round_, proposal=looked_at)


def _proposal_page(round_: Round, looked_at: Proposal, form: AnswersForm) -> Response:
    version = latest_versions([looked_at.id]).get(looked_at.id)
    return page(
        "reviewing/proposal.html",
        form=form,
        interest_form=InterestForm(formdata=None),
        round=round_,
        proposal=looked_at,
        said=said_by(looked_at, version),
        asks=asks_of(round_),
        pictures=pictures_of(version),
        places=place_names(),
        area=area_name(round_),
        names=body_names([looked_at.body_id]),
        criteria=criteria_of(round_.id),
        declared=interest_of(looked_at.id, current_user.id),
    )


def _round(slug: str) -> Round:
    round_ = public_round_or_404(slug)
    if not is_reviewer(round_.id, current_user.id):
        abort(404)
    return round_


def _proposal(slug: str, public_id: str) -> tuple[Round, Proposal]:
    round_ = _round(slug)
    found = proposal_in(round_.id, public_id) or abort(404)
    if found.stage != "submitted":
        abort(404)
    return round_, found
