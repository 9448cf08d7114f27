"""What became of the money, for everybody; and the form about how the vote was."""

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.evaluation import send_evaluation
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.exports import DELIVERY_COLUMNS, delivery_rows
from engage.budgeting.forms.delivery import EVALUATION_WORDS, EvaluationAnswersForm
from engage.budgeting.models import Round
from engage.budgeting.queries.award_money import left_in_fund
from engage.budgeting.queries.delivery import award_lines, shown_stages
from engage.budgeting.queries.evaluation import (
    evaluation_of,
    figures_of,
    texts_of,
    voters_of_round,
)
from engage.budgeting.rules.evaluation import OPEN_FOR, EvaluationRefused, takes_evaluation
from engage.budgeting.views.entering import voter_here
from engage.budgeting.views.found import public_round_or_404
from engage.disclosure.rules import hold_back
from engage.extensions import A_BUILDING, db, limiter
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("delivery", __name__)


@bp.get("/rounds/<slug>/delivery/")
@public
def projects(slug: str) -> Response:
    """Every funded project: its stage, its money, its steps and its photographs."""
    round_ = public_round_or_404(slug)
    lines = award_lines(round_.id, clock.today())
    return page(
        "delivery/projects.html",
        round=round_,
        lines=lines,
        stage=shown_stages([round_])[round_.id],
        left=left_in_fund(round_),
        people={
            line.award.id: hold_back(line.award.report_people or 0)
            for line in lines
            if line.award.stage == "finished"
        },
    )


@bp.get("/rounds/<slug>/delivery.csv")
@public
def projects_csv(slug: str) -> Response:
    """The funded projects as a file."""
    lines = award_lines(public_round_or_404(slug).id, clock.today())
    if not lines:
        abort(404)
    return csv_download(f"{slug}-projects.csv", DELIVERY_COLUMNS, delivery_rows(lines))


@bp.route("/rounds/<slug>/evaluation/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def evaluation(slug: str) -> Response | Answer:
    """Ask how the vote was; once that is published, show what people said."""
    round_, at = public_round_or_404(slug), clock.now()
    published = evaluation_of(round_.id)
    if published is not None:
        return page(
            "delivery/evaluation.html",
            round=round_,
            evaluation=published,
            figures=figures_of(round_.id),
            voters=voters_of_round(round_.id),
            texts=texts_of(round_.id, "shown"),
            words=EVALUATION_WORDS,
        )
    if not _is_open(round_, at):
        return page("delivery/no_evaluation.html", round=round_, at=at)
    form = EvaluationAnswersForm()
    if form.validate_on_submit() and _sent(slug, form, at):
        return redirect(url_for(".thanks", slug=slug), 303)
    until = round_.voting_closes_at + OPEN_FOR
    return page("delivery/evaluate.html", form=form, round=public_round_or_404(slug), until=until)


@bp.get("/rounds/<slug>/evaluation/thanks/")
@public
def thanks(slug: str) -> Response:
    """Say that the answers are in; the page knows nothing of them."""
    round_ = public_round_or_404(slug)
    return page("delivery/thanks.html", round=round_, is_voter=voter_here(round_) is not None)


def _is_open(round_: Round, at: datetime) -> bool:
    return takes_evaluation(
        round_.stage, round_.voting_opens_at, round_.voting_closes_at, at, is_published=False
    )


def _sent(slug: str, form: EvaluationAnswersForm, at: datetime) -> bool:
    """Take the form and commit; False where it says why not."""
    begin_writing()
    try:
        send_evaluation(public_round_or_404(slug), form.answers, form.better.data or "", at=at)
        db.session.commit()
        return True
    except EvaluationRefused as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)))
        return False
