"""An engagement as Analyse, Plan, Do, Review, for officers (R79)."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions import leap as actions
from engage.engagements.forms.leap import MOST_INDICATORS, LeapForm, leap_form
from engage.engagements.manage.file import found
from engage.engagements.models import Engagement
from engage.engagements.queries.leap import indicators_of, leap_words
from engage.engagements.rules.leap import MET, PARTS, STAGES, LeapRefused
from engage.engagements.rules.planning import LEVELS
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("engagement_leap", __name__)


@bp.get("/desk/engagements/<slug>/leap/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def record(slug: str) -> Response:
    """The whole record, stage by stage, to read and to print."""
    engagement = found(slug)
    return page(
        "engagements/leap.html",
        engagement=engagement,
        stages=STAGES,
        parts=PARTS,
        written=leap_words(engagement.id),
        indicators=indicators_of(engagement.id),
        met=MET,
        levels=LEVELS,
    )


@bp.route(
    "/desk/engagements/<slug>/leap/<any(analyse,plan,do,review):stage>/", methods=["GET", "POST"]
)
@requires(Permission.MANAGE_ENGAGEMENTS)
def stage(slug: str, stage: str) -> Response | Answer:
    """Write one stage."""
    engagement = found(slug)
    indicators = indicators_of(engagement.id)
    form = leap_form(stage, leap_words(engagement.id), indicators, _)
    if form.validate_on_submit() and _keep(engagement, stage, form, [i.id for i, _j in indicators]):
        flash(_("The record is saved."))
        return redirect(url_for(".record", slug=slug))
    return page(
        "engagements/leap_stage.html",
        form=form,
        engagement=found(slug),
        stage=stage,
        stages=STAGES,
        parts=PARTS[stage],
        indicators=indicators,
        lines=range(MOST_INDICATORS),
        fixed=engagement.opened_at is not None,
    )


def _keep(engagement: Engagement, stage: str, form: LeapForm, numbers: list[int]) -> bool:
    """Keep the stage and commit; False, with the reason on the form, where it can't be."""
    who = {"at": clock.now(), "by": current_user.id}
    try:
        actions.write_stage(engagement, stage, form.written(stage), **who, role=current_user.role)
        if stage == "plan" and engagement.opened_at is None:
            actions.set_indicators(engagement, form.indicators)
        if stage == "review":
            actions.judge_indicators(engagement, form.judged(numbers), **who)
    except LeapRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True
