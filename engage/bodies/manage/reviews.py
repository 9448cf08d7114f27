"""The yearly review, for officers: who did not answer, and groups that no longer exist."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions import reviews as actions
from engage.bodies.forms.reviews import LapseForm
from engage.bodies.models import CommunityBody
from engage.bodies.queries import reviews as queries
from engage.bodies.queries.register import body_by_slug
from engage.bodies.rules.register import BodyRefused, LaterRefused
from engage.bodies.rules.reviews import CAUSES
from engage.bodies.views.register import PAGE_SIZE
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("yearly_manage", __name__)


@bp.get("/desk/groups/reviews/")
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """The groups whose yearly review an officer must look into."""
    at, today = clock.now(), clock.today()
    count = queries.count_unsettled(at)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    rows = queries.unsettled(at, today, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "bodies/desk_reviews.html",
        rows=rows,
        count=count,
        due=queries.count_due(today),
        causes=CAUSES,
        number=number,
        last=last,
    )


@bp.post("/desk/groups/<slug>/settled/")
@requires(Permission.MANAGE_BODIES)
def settle(slug: str) -> AnyResponse:
    """Note that an officer has dealt with what a group said, or did not say."""
    found = _found(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.settle_reviews(found, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    flash(_("It is off the list. We ask the group again next year."))
    return redirect(url_for(".desk"))


@bp.route("/desk/groups/<slug>/lapse/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def lapse(slug: str) -> AnyResponse:
    """Note that a group no longer exists."""
    found, form = _found(slug), LapseForm()
    if form.validate_on_submit():
        try:
            actions.lapse_body(
                found,
                form.day.data,
                form.reason.data or "",
                at=clock.now(),
                today=clock.today(),
                by=current_user.id,
                role=current_user.role,
            )
        except BodyRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.day if isinstance(refusal, LaterRefused) else None)
        else:
            db.session.commit()
            deliver_waiting()
            flash(_("The group is off the register, and we have told it. You can put it back."))
            return redirect(url_for("bodies_manage.body", slug=slug))
    return page("bodies/lapse.html", form=form, body=found)


def _found(slug: str) -> CommunityBody:
    found = body_by_slug(slug)
    if found is None:
        abort(404)
    return found
