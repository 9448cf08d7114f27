"""Proposals on paper, what a proposal said before, and the questions that a round adds."""

from flask import Blueprint, Response, abort, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.drafts import set_questions, start_draft
from engage.budgeting.actions.wordings import set_themes
from engage.budgeting.forms.round_questions import RoundQuestionsForm
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import (
    asks_of,
    history_of,
    latest_versions,
    open_drafts,
    pictures_of,
    place_names,
    questions_of,
    said_by,
)
from engage.budgeting.queries.rounds import area_name, body_names, proposal_in
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import MOST_QUESTIONS, Content, read_content
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.drafting import step_address
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.rules import new_reference
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("proposing_manage", __name__)


@bp.route("/desk/rounds/<slug>/proposals/paper/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def paper(slug: str) -> Response | Answer:
    """Type what somebody wrote on paper; what was begun stands here until it is sent."""
    round_, form = round_or_404(slug), ActionForm()
    if form.validate_on_submit():
        try:
            draft = start_draft(
                round_, Content(), new_reference(), at=clock.now(), account_id=current_user.id,
                channel="paper",
            )  # fmt: skip
            db.session.commit()
            return redirect(step_address(slug, draft.public_id, "idea"))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    drafts = [
        draft
        for draft in open_drafts(round_.id, None, [], officer=True)
        if draft.channel == "paper"
    ]
    return page("rounds_manage/paper.html", form=form, round=round_, drafts=drafts,
                read=read_content)  # fmt: skip


@bp.get("/desk/rounds/<slug>/proposals/<public_id>/slip/")
@requires(Permission.MANAGE_BUDGETING)
def slip(slug: str, public_id: str) -> Response | Answer:
    """The slip with the reference, to print and hand over; it stands here for ten minutes."""
    round_, proposal = _proposal(slug, public_id)
    kept_id, reference, until = session.get("slip") or ["", "", 0]
    if kept_id != public_id or clock.now().timestamp() > until:
        session.pop("slip", None)
        return redirect(url_for("screening_manage.proposal", slug=slug, public_id=public_id))
    return page("rounds_manage/slip.html", round=round_, proposal=proposal, reference=reference)


@bp.get("/desk/rounds/<slug>/proposals/<public_id>/history/")
@requires(Permission.MANAGE_BUDGETING)
def history(slug: str, public_id: str) -> Response:
    """Everything that a proposal says, and what it said before."""
    round_, proposal = _proposal(slug, public_id)
    version = latest_versions([proposal.id]).get(proposal.id)
    return page(
        "rounds_manage/history.html",
        round=round_,
        proposal=proposal,
        said=said_by(proposal, version),
        asks=asks_of(round_),
        pictures=pictures_of(version),
        names=body_names([proposal.body_id]),
        places=place_names(),
        area=area_name(round_),
        themes=themes_of(round_.id),
        history=history_of(proposal),
    )


@bp.route("/desk/rounds/<slug>/questions/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def questions(slug: str) -> Response | Answer:
    """The questions that every proposal is asked besides; fixed once proposals open."""
    round_ = round_or_404(slug)
    form = RoundQuestionsForm(data=_kept(round_))
    if form.validate_on_submit():
        if form.version.data != str(round_.version):
            return _changed_meanwhile(form, round_)
        try:
            set_themes(
                round_, form.theme_names, at=clock.now(), by=current_user.id, role=current_user.role
            )
            set_questions(
                round_, form.questions, at=clock.now(), by=current_user.id, role=current_user.role
            )
            db.session.commit()
            flash(_("The themes and questions are saved."))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile(form, round_or_404(slug))
    return page(
        "rounds_manage/questions.html",
        form=form,
        round=round_,
        questions=questions_of(round_.id),
        themes=themes_of(round_.id),
        fixed=round_.stage != Stage.PREPARING,
        numbers=range(1, MOST_QUESTIONS + 1),
    )


def _kept(round_: Round) -> dict[str, str]:
    shown = {"version": str(round_.version), "themes": "\n".join(themes_of(round_.id).values())}
    for number, question in enumerate(questions_of(round_.id), start=1):
        shown[f"prompt_{number}"] = question.prompt
        shown[f"kind_{number}"] = question.kind + ("-needed" if question.is_needed else "")
    return shown


def _changed_meanwhile(form: RoundQuestionsForm, round_: Round) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return page(
        "rounds_manage/questions.html",
        409,
        form=form,
        round=round_,
        questions=questions_of(round_.id),
        themes=themes_of(round_.id),
        fixed=round_.stage != Stage.PREPARING,
        numbers=range(1, MOST_QUESTIONS + 1),
    )


def _proposal(slug: str, public_id: str) -> tuple[Round, Proposal]:
    round_ = round_or_404(slug)
    return round_, proposal_in(round_.id, public_id) or abort(404)
