"""The PB Charter's self-check, for officers."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.charter import answer_charter
from engage.budgeting.forms.charter import CharterForm, charter_data
from engage.budgeting.queries.charter import answered_by, charter_answers
from engage.budgeting.rules.charter import ANSWERS, FEATURES, CharterRefused, why_fixed
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("charter_manage", __name__)


@bp.route("/desk/rounds/<slug>/charter/<any(before,after):moment>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def check(slug: str, moment: str) -> Response | Answer:
    """Hold the round against the Charter's seven features; read only before and after its time."""
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
    form = CharterForm(data=charter_data(kept))
    if form.validate_on_submit():
        try:
            answer_charter(round_, moment, form.answers, at=clock.now(), **actor())
            db.session.commit()
            flash(_("Your answers are saved, and public."))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except CharterRefused as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page("charter/check.html", form=form, round=round_, moment=moment)
