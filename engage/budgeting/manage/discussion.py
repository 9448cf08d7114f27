"""Reading questions and answers before others do, for officers: publish, or hold back."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.discussion import decide
from engage.budgeting.forms.discussion import DecisionForm, reason_words
from engage.budgeting.models import Round
from engage.budgeting.queries.discussion import (
    Standing,
    decisions_of,
    standing_of,
    standings_of,
    threads_of,
)
from engage.budgeting.queries.events import events_of
from engage.budgeting.rules.discussion import DiscussionRefused, State
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("discussion_manage", __name__)


@bp.get("/desk/rounds/<slug>/discussion/")
@requires(Permission.MANAGE_BUDGETING)
def queue(slug: str) -> Response:
    """What waits, the oldest first; what was decided; and the events."""
    round_ = round_or_404(slug)
    standings = standings_of(round_.id)
    return page(
        "rounds_manage/discussion/queue.html",
        round=round_,
        waiting=[s for s in standings if s.state is State.WAITING],
        decided=[s for s in reversed(standings) if s.state is not State.WAITING],
        reasons=reason_words(),
        events=events_of(round_.id),
        at=clock.now(),
    )


@bp.route("/desk/rounds/<slug>/discussion/<public_id>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def post(slug: str, public_id: str) -> Response | Answer:
    """One question or answer: publish it or hold it back; its words stay as they are."""
    round_ = round_or_404(slug)
    standing = standing_of(round_.id, public_id) or abort(404)
    form = _form(round_, standing)
    if form.validate_on_submit():
        if form.version.data != str(standing.decided):
            return _changed_meanwhile(form, round_, standing)
        same_as = standing_of(round_.id, form.same_as.data) if form.same_as.data else None
        try:
            decide(
                standing,
                form.decision.data,
                reason=form.reason.data,
                same_as=same_as,
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
            db.session.commit()
            deliver_waiting()
            flash(_("Your decision is saved. We told whoever is concerned."))
            return redirect(url_for(".queue", slug=slug))
        except DiscussionRefused as refusal:
            db.session.rollback()
            form.refuse_post(refusal)
        except IntegrityError:  # somebody else decided at the same moment
            db.session.rollback()
            return _changed_meanwhile(form, round_, standing)
    return _show(form, round_, standing)


def _form(round_: Round, standing: Standing) -> DecisionForm:
    asked = [t.question for t in threads_of(round_.id, standing.post.proposal_id)]
    others = [(q.public_id, q.words[:100]) for q in asked if q.id != standing.post.id]
    return DecisionForm(
        is_answer=standing.post.question_id is not None,
        others=others,
        data={"version": str(standing.decided)},
    )


def _show(form: DecisionForm, round_: Round, standing: Standing, status: int = 200) -> Response:
    return page(
        "rounds_manage/discussion/post.html",
        status,
        form=form,
        round=round_,
        post=standing.post,
        state=standing.state,
        decisions=decisions_of(standing.post.id),
        reasons=reason_words(),
    )


def _changed_meanwhile(form: DecisionForm, round_: Round, standing: Standing) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return _show(form, round_, standing, 409)
