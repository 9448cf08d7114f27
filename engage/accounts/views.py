"""Signing in and out, registering, and one's own account."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import LoginManager, current_user, login_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts import actions, letters
from engage.accounts.forms import (
    AddressForm,
    ChangePasswordForm,
    ChoosePasswordForm,
    CloseForm,
    FinishRegistrationForm,
    NameForm,
    SignInForm,
)
from engage.accounts.models import Account
from engage.accounts.queries import (
    account_by_email,
    is_throttled,
    open_link,
    open_registration,
    open_session,
    throttled,
)
from engage.accounts.rules import ROLE_NAMES, AccountRefused, Throttle, canonical_email, source_of
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.jobs import deliver_waiting
from engage.messages.queries import is_failing
from engage.permissions import Permission, Role
from engage.web.access import can, public, requires
from engage.web.forms import ActionForm, Form
from engage.web.leaving import leave
from engage.web.pages import page
from engage.web.rules import safe_next

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def sign_in() -> Answer:
    """Sign in with an address and a password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(_first_page())
    form = SignInForm()
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", form=form)
    at, email = clock.now(), canonical_email(form.email.data)
    stop = throttled("password", email, _source(), at)
    if stop:
        return _stopped("accounts/sign_in.html", form, stop, at)
    account = account_by_email(email)
    if account is None or not actions.password_opens(account, form.password.data):
        actions.note_failed_try("password", email, _source(), at)
        db.session.commit()
        form.refuse(_("Check your email address and password. They do not match an account"))
        return page("accounts/sign_in.html", form=form)
    actions.forget_failed_tries("password", email, _source())
    return _enter(account, at)


@bp.post("/sign-out/")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> Answer:
    """End this session: on the server, so that a copied cookie opens nothing either."""
    _pressed()
    actions.end_session(current_user, at=clock.now())
    db.session.commit()
    session.clear()
    leave()
    flash(_("You have signed out."))
    return redirect(url_for("home.front"))


# One-time links ----------------------------------------------------------------------------------


@bp.route("/sign-in/link/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def ask_link() -> Answer:
    """Ask for a link by e-mail that signs in."""
    return _ask("accounts/ask_link.html", letters.send_sign_in_link, letters.send_no_account)


@bp.route("/sign-in/password/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def ask_password() -> Answer:
    """Ask for a link by e-mail to choose a new password."""
    return _ask("accounts/ask_password.html", letters.send_password_link, letters.send_no_account)


@bp.route("/account/register/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def register() -> Answer:
    """Begin an account with an address; the e-mail sent there leads on."""
    return _ask("accounts/register.html", letters.send_sign_in_link, letters.send_registration_link)


@bp.get("/sign-in/sent/")
@public
def sent() -> Response:
    """Say what to do now that a message is on its way, to whomever asked."""
    return page("accounts/sent.html")


@bp.route("/sign-in/link/<token>/", methods=["GET", "POST"])
@public
def use_link(token: str) -> Answer:
    """Sign in with a link. Only the button uses it up: mail scanners open every link they see."""
    at, form = clock.now(), ActionForm()
    link = open_link(token, "sign_in", at)
    if link is None:
        return _gone()
    account = db.session.get_one(Account, link.account_id)
    if not form.validate_on_submit():
        return page("accounts/use_link.html", form=form, account=account)
    return _enter(account, at) if actions.use_link(link, at=at) else _gone()


@bp.route("/sign-in/password/<token>/", methods=["GET", "POST"])
@public
def choose_password(token: str) -> Answer:
    """Choose a password with a link, and sign in with it everywhere anew."""
    at = clock.now()
    link = open_link(token, "password", at)
    if link is None:
        return _gone()
    account = db.session.get_one(Account, link.account_id)
    form = ChoosePasswordForm(email=account.mail_to, known_as=account.name)
    if not form.validate_on_submit():
        return page("accounts/choose_password.html", form=form, account=account)
    if not actions.use_link(link, at=at):
        return _gone()
    actions.set_password(account, form.new_password.data, at=at)
    actions.forget_failed_tries("password", account.email)
    flash(_("Your password is set and you are signed in."))
    return _enter(account, at)


@bp.route("/account/register/<token>/", methods=["GET", "POST"])
@public
def finish_registration(token: str) -> Answer:
    """Open the account of an address that its owner has confirmed by following the link."""
    at = clock.now()
    link = open_registration(token, at)
    if link is None:
        return _gone()
    form = FinishRegistrationForm(email=link.mail_to)
    if not form.validate_on_submit():
        return page("accounts/finish_registration.html", form=form, mail_to=link.mail_to)
    try:
        account = actions.register(link, form.name.data, form.new_password.data or None, at=at)
        db.session.flush()
    except (AccountRefused, IntegrityError):  # opened by another link in the meantime
        db.session.rollback()
        return _gone()
    if account is None:
        return _gone()
    flash(_("Your account is open and you are signed in."))
    return _enter(account, at)


# One's own account -------------------------------------------------------------------------------


@bp.get("/account/")
@requires(Permission.OWN_ACCOUNT)
def own() -> Response:
    """What we hold about the person who is signed in, and what they can do about it."""
    account = current_user.account
    return page(
        "accounts/own.html",
        account=account,
        role_name=ROLE_NAMES[Role(account.role)],
        failing=is_failing(account.mail_to),
    )


@bp.route("/account/name/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_name() -> Answer:
    """Change one's own name."""
    form = NameForm(name=current_user.name)
    if not form.validate_on_submit():
        return page("accounts/change_name.html", form=form)
    current_user.account.name = form.name.data
    db.session.commit()
    flash(_("Your name is changed."))
    return redirect(url_for(".own"))


@bp.route("/account/password/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Answer:
    """Change one's own password; every other device is signed out."""
    account, at = current_user.account, clock.now()
    if account.password_hash is None:
        abort(404)
    form = ChangePasswordForm(email=account.mail_to, known_as=account.name)
    if not form.validate_on_submit():
        return page("accounts/change_password.html", form=form)
    stop = throttled("password", account.email, _source(), at)
    if stop:
        return _stopped("accounts/change_password.html", form, stop, at)
    if not actions.password_opens(account, form.password.data):
        actions.note_failed_try("password", account.email, _source(), at)
        db.session.commit()
        form.refuse(_("Enter the password you use now. This is not it"), form.password)
        return page("accounts/change_password.html", form=form)
    actions.set_password(account, form.new_password.data, at=at, keep=current_user.token_hash)
    db.session.commit()
    flash(_("Your password is changed. Other devices are signed out."))
    return redirect(url_for(".own"))


@bp.post("/account/sign-out-everywhere/")
@requires(Permission.OWN_ACCOUNT)
def sign_out_everywhere() -> Answer:
    """End every session of one's own but this one."""
    _pressed()
    ended = actions.end_sessions(current_user.id, at=clock.now(), keep=current_user.token_hash)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d other device is signed out.", "%(num)d other devices are signed out.", ended
        )
    )
    return redirect(url_for(".own"))


@bp.route("/account/close/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def close() -> Answer:
    """Close one's own account for good, after a second step."""
    form = CloseForm()
    if not form.validate_on_submit():
        return page("accounts/close.html", form=form)
    try:
        actions.erase_account(current_user.account, at=clock.now())
    except AccountRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page("accounts/close.html", form=form)
    db.session.commit()
    session.clear()
    leave()
    flash(_("Your account is closed, and your name and email address are gone."))
    return redirect(url_for("home.front"))


# What several of these share ---------------------------------------------------------------------


def _ask(template: str, to_owner: Any, to_nobody: Any) -> Answer:
    """Ask for an address and write to it; the answer is the same whoever has an account.

    Who asks again and again gets no further messages, since those on the way still open.
    """
    form = AddressForm()
    if not form.validate_on_submit():
        return page(template, form=form)
    at, key = clock.now(), canonical_email(form.email.data)
    if not is_throttled("link", key, _source(), at):
        actions.note_failed_try("link", key, _source(), at)
        account = account_by_email(key)
        if account is None:
            to_nobody(form.email.data, at=at)
        elif account.is_open:
            to_owner(account, at=at)
        else:
            letters.send_account_closed(account.mail_to, at=at)
    db.session.commit()
    deliver_waiting()
    return redirect(url_for(".sent"))


def _enter(account: Account, at: datetime) -> Answer:
    """Sign in: a new session in place of whatever this browser had, so that none is fixed."""
    if current_user.is_authenticated:
        actions.end_session(current_user, at=at)
    started = actions.start_session(account, at=at)
    actions.drop_old_rows(at)
    db.session.commit()
    messages = session.get("_flashes")
    session.clear()
    if messages:
        session["_flashes"] = messages
    login_user(started)
    return redirect(safe_next(request.args.get("next")) or _first_page())


def _first_page() -> str:
    return url_for("home.desk" if can(Permission.VIEW_DESK) else "home.group_desk")


def _source() -> str:
    return source_of(request.remote_addr)


def _pressed() -> None:
    if not ActionForm().validate_on_submit():
        abort(400)


def _gone() -> Response:
    return page("accounts/link_gone.html", status=410)


def _stopped(template: str, form: Form, stop: Throttle, at: datetime) -> Response:
    """Say how long to wait, and which way in stays open."""
    seconds = int((stop.until - at).total_seconds()) + 1
    if stop.for_all:
        form.refuse(_("This password was tried too often today. Sign in with a link by email"))
    else:
        wait = ngettext("%(num)d minute", "%(num)d minutes", -(-seconds // 60))
        form.refuse(_("Too many tries. Wait %(wait)s, or sign in with a link by email", wait=wait))
    response = page(template, status=429, form=form)
    response.headers["Retry-After"] = str(seconds)
    return response


def register_loader(login_manager: LoginManager) -> None:
    """Tell Flask-Login how a cookie becomes a signed-in person."""
    login_manager.user_loader(lambda token: open_session(token, clock.now()))
