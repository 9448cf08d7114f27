"""What somebody hears about and how, with or without an account, and what comes back."""

from dataclasses import replace
from hmac import compare_digest

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.extensions import db, limiter
from engage.messages import actions, queries
from engage.messages.forms import HearingForm, as_chosen
from engage.messages.jobs import read_token
from engage.messages.models import Message
from engage.messages.rules import TOPICS, mail_holder, read_notify
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("messages", __name__)


@bp.route("/account/messages/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def own() -> AnyResponse:
    """What somebody with an account hears about, and how."""
    holder = mail_holder(current_user.account.mail_to)
    form = HearingForm(data=as_chosen(queries.wish_of_reader(holder)))
    if form.validate_on_submit():
        actions.choose(holder, form.wish(), at=clock.now())
        db.session.commit()
        flash(_("We have noted what you want to hear about, and how."))
        return redirect(url_for("accounts.own"))
    return page(
        "messages/own.html", form=form, failing=queries.is_failing(current_user.account.mail_to)
    )


@bp.post("/account/messages/works/")
@requires(Permission.OWN_ACCOUNT)
def works() -> AnyResponse:
    """Try one's own address again, since it works."""
    row = queries.correspondent(mail_holder(current_user.account.mail_to))
    if not ActionForm().validate_on_submit() or row is None:
        abort(400)
    actions.mend(row, at=clock.now())
    db.session.commit()
    flash(_("We will send email to your address again."))
    return redirect(url_for("messages.own"))


@bp.route("/messages/choose/<token>/", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour", methods=["POST"])
def choose(token: str) -> AnyResponse:
    """The same for whoever holds a message: its link says nothing of the reader.

    People forward messages, so where somebody lives and their number are not shown.
    """
    holder = mail_holder(_sent(token).address)
    wish = queries.wish_of_reader(holder)
    form = HearingForm(data=as_chosen(replace(wish, postal="", phone="")), kept=wish)
    if form.validate_on_submit():
        actions.choose(holder, form.wish(), at=clock.now())
        db.session.commit()
        flash(_("We have noted what you want to hear about, and how."))
        return redirect(url_for("messages.choose", token=token))
    return page("messages/choose.html", form=form)


@bp.route("/messages/stop/<token>/", methods=["GET", "POST"])
@public
def stop(token: str) -> AnyResponse:
    """End mail about one topic. A mail program posts here with one click (RFC 8058).

    So a post counts without a token of the page's own: who holds the link may stop that mail, and
    nothing else comes of it. Looking at the page stops nothing: scanners open every link.
    """
    message = _sent(token)
    if request.method == "POST":
        actions.stop_topic(mail_holder(message.address), message.topic, at=clock.now())
        db.session.commit()
    return page(
        "messages/stop.html", topic=TOPICS[message.topic], token=token,
        is_done=request.method == "POST",
    )  # fmt: skip


@bp.post("/messages/notify/")
@public
@limiter.limit("6000 per hour")
def notify() -> Response:
    """Take GOV.UK Notify's word on what did not arrive."""
    token = current_app.config["NOTIFY_CALLBACK_TOKEN"]
    if not token:
        abort(404)
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(sent.encode(), token.encode()):
        abort(403)
    bounce = read_notify(request.get_json(silent=True))
    if bounce is not None:
        actions.take_back(bounce, at=clock.now())
        db.session.commit()
    return make_response("", 204)


def _sent(token: str) -> Message:
    """Return the message that a link was sent with, or answer 404."""
    number = read_token(token)
    message = db.session.get(Message, number) if number is not None else None
    if message is None or not message.topic or not message.address:
        abort(404)
    return message
