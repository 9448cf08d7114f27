"""How people found a vote, for officers: read it after the close, and publish it."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.evaluation import judge_text, publish_evaluation
from engage.budgeting.forms.delivery import EVALUATION_WORDS
from engage.budgeting.forms.delivery_manage import PublishForm, TextForm
from engage.budgeting.queries.evaluation import (
    evaluation_of,
    figures_of,
    texts_of,
    voters_of_round,
)
from engage.budgeting.rules.evaluation import EvaluationRefused, may_be_read
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("evaluation_manage", __name__)


@bp.route("/desk/rounds/<slug>/evaluation/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def evaluation(slug: str) -> Response | Answer:
    """Read what people said, and publish it with what was learned."""
    round_, form = round_or_404(slug), PublishForm()
    if not may_be_read(round_.stage):
        return page("delivery_manage/evaluation_later.html", round=round_)
    if form.validate_on_submit():
        try:
            publish_evaluation(
                round_, form.learned.data or "", form.changes.data or "", at=clock.now(), **actor()
            )
            db.session.commit()
            flash(_("The evaluation is published."))
            return redirect(url_for("delivery.evaluation", slug=slug))
        except EvaluationRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except IntegrityError:  # another officer published it at the same moment
            db.session.rollback()
            form.refuse(_("The evaluation was published already"))
    return page(
        "delivery_manage/evaluation.html",
        form=form,
        round=round_,
        published=evaluation_of(round_.id),
        figures=figures_of(round_.id),
        voters=voters_of_round(round_.id),
        texts={state: texts_of(round_.id, state) for state in ("waiting", "shown", "not_shown")},
        words=EVALUATION_WORDS,
    )


@bp.post("/desk/rounds/<slug>/evaluation/texts/")
@requires(Permission.MANAGE_BUDGETING)
def text(slug: str) -> Answer:
    """Say whether everybody may read one text."""
    round_, form = round_or_404(slug), TextForm()
    keys = {key for state in ("waiting", "shown", "not_shown")
            for key, _words in texts_of(round_.id, state)}  # fmt: skip
    chosen = form.state.data in ("shown", "not_shown") and form.key.data in keys
    if form.validate_on_submit() and chosen and may_be_read(round_.stage):
        judge_text(
            round_, bytes.fromhex(form.key.data or ""), form.state.data or "",
            at=clock.now(), **actor(),
        )  # fmt: skip
        db.session.commit()
        flash(_("Your decision is saved."))
    return redirect(url_for(".evaluation", slug=slug))
