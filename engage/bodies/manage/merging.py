"""Groups that may be one and the same, for officers: told apart, or merged after a look."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions import merging as actions
from engage.bodies.forms.merging import IntoForm, MergeForm
from engage.bodies.manage.picking import picked_body
from engage.bodies.models import CommunityBody
from engage.bodies.queries import merging as queries
from engage.bodies.queries.duplicates import bodies_by_id, likely_duplicates
from engage.bodies.queries.register import area_names, body_by_slug, people_of
from engage.bodies.rules.merging import MergeRefused
from engage.bodies.rules.register import KINDS, PARTS, STAGES
from engage.bodies.views.register import PAGE_SIZE
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("duplicates", __name__)


@bp.get("/desk/groups/duplicates/")
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """Pairs of groups whose names are alike, the likeliest first."""
    pairs = likely_duplicates()
    last = max(1, -(-len(pairs) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    shown = pairs[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    bodies = bodies_by_id({n for pair in shown for n in (pair.low_id, pair.high_id)})
    return page(
        "bodies/duplicates.html",
        pairs=[(bodies[pair.low_id], bodies[pair.high_id], pair.likeness) for pair in shown],
        areas=area_names(bodies.values()),
        count=len(pairs),
        kinds=KINDS,
        stages=STAGES,
        number=number,
        last=last,
    )


@bp.post("/desk/groups/duplicates/<int:low>/<int:high>/apart/")
@requires(Permission.MANAGE_BODIES)
def apart(low: int, high: int) -> AnyResponse:
    """Note that two groups are not the same."""
    if low == high or len(bodies_by_id({low, high})) != 2:
        abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.tell_apart(low, high, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    flash(_("They are noted as two groups, and no longer suggested."))
    return redirect(url_for(".desk"))


@bp.get("/desk/groups/<slug>/merge/")
@requires(Permission.MANAGE_BODIES)
def choose(slug: str) -> AnyResponse:
    """Choose into which group this one goes."""
    gone, form = _found(slug), IntoForm(request.args)
    if form.into.data and form.validate():
        kept = picked_body(form, form.into)
        if kept is not None and kept.id != gone.id:
            return redirect(url_for(".merge", slug=slug, into=kept.slug))
        if kept is not None:
            form.refuse(_("Choose another group than this one"), form.into)
    return page("bodies/merge_choose.html", form=form, gone=gone)


@bp.route("/desk/groups/<slug>/merge/<into>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def merge(slug: str, into: str) -> AnyResponse:
    """See what would move, and merge."""
    gone, kept = _found(slug), _found(into)
    form = MergeForm(has_people=bool(queries.people_count(gone.id) or gone.contact_email))
    if form.validate_on_submit():
        try:
            actions.merge_bodies(
                gone,
                kept,
                with_people=form.people.data == "yes",
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
        except MergeRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            gone, kept = _found(slug), _found(into)
        else:
            db.session.commit()
            deliver_waiting()
            flash(_("The two are one now. The old address leads here."))
            return redirect(url_for("bodies_manage.body", slug=into))
    return page(
        "bodies/merge.html",
        form=form,
        gone=gone,
        kept=kept,
        held=queries.what_moves(gone.id, kept.id),
        people=people_of(gone.id),
        areas=area_names([gone, kept]),
        kinds=KINDS,
        stages=STAGES,
        parts=PARTS,
    )


def _found(slug: str) -> CommunityBody:
    found = body_by_slug(slug)
    if found is None:
        abort(404)
    return found
