"""The catalogue of methods, for officers."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions import methods as actions
from engage.engagements.forms.events import MethodForm
from engage.engagements.manage.events import actor
from engage.engagements.queries import events as queries
from engage.engagements.rules.events import EventRefused, Method
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("methods_manage", __name__)


@bp.get("/desk/methods/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def methods() -> Response:
    """The catalogue of methods."""
    return page("engagements/events/methods.html", methods=queries.methods())


@bp.route("/desk/methods/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def add_method() -> Response | Answer:
    """Add a method to the catalogue."""
    return _method("", MethodForm(), None)


@bp.route("/desk/methods/<key>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def change_method(key: str) -> Response | Answer:
    """Change a method, or offer it no more."""
    known = next((m for m in queries.methods() if m.key == key), None) or abort(404)
    same = {"name": known.name, "words": known.words, "is_offered": known.is_offered}
    return _method(key, MethodForm(data=same), known)


def _method(key: str, form: MethodForm, method: Method | None) -> Response | Answer:
    if form.validate_on_submit():
        try:
            actions.change_method(
                key,
                form.name.data,
                form.words.data or "",
                bool(form.is_offered.data),
                at=clock.now(),
                **actor(),
            )
            db.session.commit()
        except (EventRefused, IntegrityError) as refusal:
            db.session.rollback()
            about = isinstance(refusal, EventRefused)
            form.refuse(refusal if about else _("Somebody changed the list. Send it again"))
        else:
            flash(_("The list of methods is changed."))
            return redirect(url_for(".methods"))
    return page("engagements/events/method.html", form=form, method=method)
