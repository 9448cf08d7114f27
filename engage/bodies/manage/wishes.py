"""A group's wishes for officers: what it told us, when, and recording another answer."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage.bodies.forms.wishes import ToldTopicWishForm
from engage.bodies.queries.register import body_by_slug
from engage.bodies.views.wishes import save_wish, shown_wishes
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("wishes_manage", __name__)


@bp.route("/desk/groups/<slug>/wishes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def body(slug: str) -> AnyResponse:
    """Everything that a group ever told us of how involved it wants to be."""
    found = body_by_slug(slug)
    if found is None:
        abort(404)
    form = ToldTopicWishForm()
    if form.validate_on_submit():
        save_wish(found, form, "told an officer")
        flash(_("The answer is recorded."))
        return redirect(url_for("wishes_manage.body", slug=slug))
    return page("bodies/desk_wishes.html", form=form, **shown_wishes(found))
