"""What officers do so that messages arrive: letters, calls, other forms, addresses that fail."""

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.extensions import db
from engage.messages import actions, queries
from engage.messages.exports import letters
from engage.messages.models import Correspondent, Errand
from engage.messages.rules import FORMS, TOPICS
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("messages_manage", __name__)
PAGE_SIZE = 50


@bp.get("/desk/messages/")
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """What waits for a person, and which addresses fail."""
    return page(
        "messages/desk.html",
        counts=queries.errand_counts(),
        errands={kind: queries.open_errands(kind, PAGE_SIZE) for kind in ("post", "phone", "form")},
        failing=queries.failing(PAGE_SIZE),
        failing_count=queries.count_failing(),
        states=queries.counts_by_state(),
        forms=FORMS,
        topics=TOPICS,
    )


@bp.get("/desk/messages/letters.pdf")
@requires(Permission.MANAGE_BODIES)
def letters_pdf() -> Response:
    """The letters that wait, to print: the oldest fifty."""
    found = queries.open_errands("post", PAGE_SIZE)
    pdf, _left_out = letters(found, current_app.config["MAIL_SENDER"].partition(" <")[0],
                             current_app.config["PRINT_FONT"])  # fmt: skip
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="letters.pdf"'
    return response


@bp.post("/desk/messages/<int:errand_id>/done/")
@requires(Permission.MANAGE_BODIES)
def done(errand_id: int) -> AnyResponse:
    """Mark a letter as posted, a call as made, a form as sent."""
    errand = db.session.get(Errand, errand_id)
    if errand is None:
        abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.do_errand(errand, at=clock.now(), by=current_user.id)
    db.session.commit()
    flash(_("It is marked as done, and the address is forgotten here."))
    return redirect(url_for("messages_manage.desk"))


@bp.post("/desk/messages/<holder>/mend/")
@requires(Permission.MANAGE_BODIES)
def mend(holder: str) -> AnyResponse:
    """Try an address again."""
    row = db.session.get(Correspondent, holder)
    if row is None:
        abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.mend(row, at=clock.now())
    db.session.commit()
    flash(_("We will send email to this address again."))
    return redirect(url_for("messages_manage.desk"))
