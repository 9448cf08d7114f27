"""The PB Charter's self-check, for officers."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.charter import answer_charter, draft_charter
from engage.budgeting.forms.charter import CharterForm, charter_data
from engage.budgeting.models import Round
from engage.budgeting.queries.charter import answered_by, charter_answers, charter_draft
from engage.budgeting.rules.charter import ANSWERS, FEATURES, CharterRefused, answered, why_fixed
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("charter_manage", __name__)


@bp.route("/desk/rounds/<slug>/charter/<any(before,after):moment>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def check(slug: str, moment: str) -> Response | Answer:
    """Hold the round against the Charter's seven features; read only before and after its time.

    Some of the answers may be saved, and the rest later: only all seven are answers.
    """
    round_ = round_or_404(slug)
    kept = charter_answers(round_.id, moment)
    if (refusal := why_fixed(moment, round_.stage)) is not None:
        return page(
            "charter/kept.html",
            round=round_,
            moment=moment,
            kept=kept,
            why=_(refusal),
            by=answered_by(kept.values()),
            features=FEATURES,
            answers=ANSWERS,
        )
    draft = charter_draft(round_.id, moment)
    form = CharterForm(data=charter_data(draft or kept))
    if form.validate_on_submit():
        number = answered(form.answers)
        try:
            if number < len(FEATURES):
                draft_charter(round_, moment, form.answers)
                db.session.commit()
                flash(_("Saved. %(number)s of 7 answered.", number=number))
                return redirect(url_for(".check", slug=slug, moment=moment))
            answer_charter(round_, moment, form.answers, at=clock.now(), **actor())
            db.session.commit()
            flash(_saved_words(round_))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except CharterRefused as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page(
        "charter/check.html",
        form=form,
        round=round_,
        moment=moment,
        is_draft=bool(draft),
        has_answers=bool(kept),
    )


def _saved_words(round_: Round) -> str:
    if round_.stage == Stage.PREPARING:
        return _("Saved. 7 of 7 answered. Everybody can read them once the fund is public.")
    return _("Saved, and public. 7 of 7 answered.")
