"""A group tells us what keeps it from taking part, and sees what was done about it (R06)."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.queries.register import body_for, part_in
from engage.bodies.rules.register import EDITORS, PARTS
from engage.engagements.actions.efforts import raise_need
from engage.engagements.forms.efforts import OwnNeedForm
from engage.engagements.queries.support import needs_of_body
from engage.engagements.rules.efforts import BARRIERS, OPEN, OUTCOMES
from engage.extensions import db, limiter
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("support", __name__)


@bp.route("/group/<slug>/support/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
@limiter.limit("30 per hour", methods=["POST"])
def own(slug: str) -> AnyResponse:
    """What keeps a group from taking part, what was done, and telling us of another thing."""
    form = OwnNeedForm()
    body = body_for(current_user.id, slug, EDITORS if form.is_submitted() else tuple(PARTS))
    if body is None:
        abort(404)
    if form.validate_on_submit():
        raise_need(
            form.barrier.data,
            body_id=body.id,
            engagement_id=None,
            wanted=form.wanted.data or "",
            raised_on=clock.today(),
            raised_by="group",
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("We have noted it. You see here what we do about it."))
        return redirect(url_for("support.own", slug=slug))
    return page(
        "engagements/support_own.html",
        form=form,
        body=body,
        found=needs_of_body(body.id),
        may_write=part_in(body, current_user.id) in EDITORS,
        barriers=BARRIERS,
        outcomes={**OUTCOMES, "": OPEN},
    )
