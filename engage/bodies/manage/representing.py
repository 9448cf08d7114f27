"""Who speaks for a group, for officers: a group that lost its secretary gets a new one here."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from engage.bodies.forms.representing import InviteForm
from engage.bodies.models import CommunityBody
from engage.bodies.queries import register as bodies
from engage.bodies.queries import representing as queries
from engage.bodies.rules.register import PARTS
from engage.bodies.views.representing import invite, take_back
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("representing_manage", __name__)


@bp.route("/desk/groups/<slug>/people/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def people(slug: str) -> AnyResponse:
    """Who speaks for a group, who was asked to, and inviting somebody."""
    found, form = _found(slug), InviteForm()
    if form.validate_on_submit() and invite(found, form):
        return redirect(url_for(".people", slug=slug))
    return page(
        "bodies/desk_people.html",
        form=form,
        body=found,
        people=bodies.people_of(found.id),
        has_secretary=bool(queries.secretaries_of(found.id)),
        invitations=queries.open_invitations(found.id),
        parts=PARTS,
    )


@bp.post("/desk/groups/<slug>/people/invitations/<int:number>/withdraw/")
@requires(Permission.MANAGE_BODIES)
def withdraw(slug: str, number: int) -> AnyResponse:
    """Take an invitation back."""
    if not ActionForm().validate_on_submit():
        abort(400)
    take_back(_found(slug), number)
    return redirect(url_for(".people", slug=slug))


def _found(slug: str) -> CommunityBody:
    found = bodies.body_by_slug(slug)
    if found is None:
        abort(404)
    return found
