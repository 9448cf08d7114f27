"""The e-mails that accounts send. Those with a one-time link are emptied once they have left."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from engage.accounts.actions import make_link, make_registration
from engage.accounts.models import Account
from engage.accounts.rules import INVITATION_LIFE, token_hash
from engage.messages.actions import send
from engage.web.pages import absolute_url


def send_sign_in_link(account: Account, *, at: datetime) -> None:
    """Queue a link that signs its reader in."""
    token = make_link(account, "sign_in", at=at)
    link = absolute_url("accounts.use_link", token=token)
    _send(account.mail_to, _("Your link to sign in"), "sign_in", link, token, at=at)


def send_password_link(account: Account, *, at: datetime) -> None:
    """Queue a link that lets its reader choose a new password."""
    token = make_link(account, "password", at=at)
    link = absolute_url("accounts.choose_password", token=token)
    _send(account.mail_to, _("Choose a new password"), "password", link, token, at=at)


def send_invitation(account: Account, *, at: datetime) -> str:
    """Queue a link to a new account's first password, good for three days; return its address."""
    token = make_link(account, "password", at=at, life=INVITATION_LIFE)
    link = absolute_url("accounts.choose_password", token=token)
    _send(account.mail_to, _("Your account is ready"), "invitation", link, token, at=at)
    return link


def send_registration_link(mail_to: str, *, at: datetime) -> None:
    """Queue the link that opens an account for an address that has none."""
    token = make_registration(mail_to, at=at)
    link = absolute_url("accounts.finish_registration", token=token)
    _send(mail_to, _("Finish making your account"), "registration", link, token, at=at)


def send_no_account(mail_to: str, *, at: datetime) -> None:
    """Tell the reader that somebody asked for a link to an account that isn't there."""
    link = absolute_url("accounts.register")
    # The instant makes each of these a message of its own.
    _send(mail_to, _("You do not have an account"), "no_account", link, f"{mail_to} {at}", at=at)


def send_account_closed(mail_to: str, *, at: datetime) -> None:
    """Tell the reader that the account of their address was closed."""
    link = absolute_url("home.contact")
    _send(mail_to, _("Your account is closed"), "closed", link, f"{mail_to} {at}", at=at)


def _send(mail_to: str, subject: str, kind: str, link: str, unique: str, *, at: datetime) -> None:
    # Straight from the environment: a page's context isn't there on the command line.
    body = current_app.jinja_env.get_template(f"accounts/mail/{kind}.txt").render(link=link)
    # Half of a token's hash is enough to be unique, and too little to look a link up by.
    once = f"account:{kind}:{token_hash(unique)[:32]}"
    send(mail_to, subject, body, once=once, at=at, secret=True)
