"""What a group hears about, and how: in its own name, for everybody who speaks for it."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.rules.register import EDITORS
from engage.bodies.views.register import bp, own_body
from engage.extensions import db
from engage.messages.actions import choose
from engage.messages.forms import HearingForm, as_chosen
from engage.messages.queries import is_failing, wish_of_reader
from engage.messages.rules import body_holder
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page


@bp.route("/group/<slug>/messages/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def hearing(slug: str) -> AnyResponse:
    """Choose what a group hears about, how, and in which form and language."""
    found = own_body(slug, EDITORS)
    holder = body_holder(found.id)
    form = HearingForm(data=as_chosen(wish_of_reader(holder)))
    if form.validate_on_submit():
        choose(holder, form.wish(), at=clock.now())
        db.session.commit()
        flash(_("We have noted what your group wants to hear about, and how."))
        return redirect(url_for("bodies.own", slug=slug))
    return page(
        "bodies/hearing.html",
        form=form,
        body=found,
        failing=bool(found.contact_email) and is_failing(found.contact_email),
    )
