"""People's accounts, for administrators."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts import actions
from engage.accounts.forms import PersonForm, RoleForm, role_choices
from engage.accounts.letters import send_invitation
from engage.accounts.models import Account
from engage.accounts.queries import account_by_public_id, accounts_listed
from engage.accounts.rules import ROLE_NAMES, AccountRefused, EmailRefused
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission, Role
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page
from engage.web.rules import clean_text

bp = Blueprint("accounts_manage", __name__)

#: People shown on one page of the list.
ON_A_PAGE = 50


@bp.get("/desk/accounts/")
@requires(Permission.MANAGE_ACCOUNTS)
def people() -> Response:
    """List the accounts, of one role or with words in the name or the address."""
    role = request.args.get("role", "")
    role = role if role in ROLE_NAMES else ""
    words = clean_text(request.args.get("words"))[:100]
    found = accounts_listed(role, words)
    last = max(1, -(-len(found) // ON_A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "accounts/people.html",
        people=found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        count=len(found),
        number=number,
        last=last,
        role=role,
        words=words,
        roles=role_choices(),
        role_names=ROLE_NAMES,
    )


@bp.route("/desk/accounts/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def add() -> Answer:
    """Make an account for somebody, who is sent a link to choose a password."""
    form = PersonForm()
    if not form.validate_on_submit():
        return page("accounts/add.html", form=form)
    at = clock.now()
    try:
        account = actions.create_account(
            form.email.data, form.name.data, form.role.data, at=at, **_by()
        )
        send_invitation(account, at=at)
        db.session.commit()
    except (AccountRefused, EmailRefused, IntegrityError) as refusal:
        db.session.rollback()
        taken = _("This email address has an account already")
        form.refuse(taken if isinstance(refusal, IntegrityError) else refusal, form.email)
        return page("accounts/add.html", form=form)
    deliver_waiting()
    flash(_("The account is made. We have sent %(name)s a link.", name=form.name.data))
    return redirect(url_for(".people"))


@bp.route("/desk/accounts/<public_id>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def person(public_id: str) -> Answer:
    """One account: give it another role."""
    account = _account(public_id)
    form = RoleForm(role=account.role)
    if not form.validate_on_submit():
        return _person_page(account, form)
    try:
        actions.change_role(account, form.role.data, at=clock.now(), **_by())
        db.session.commit()
    except AccountRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.role)
        return _person_page(account, form)
    flash(_("The role is changed. %(name)s is signed out everywhere.", name=account.name))
    return redirect(url_for(".person", public_id=public_id))


@bp.post("/desk/accounts/<public_id>/close/")
@requires(Permission.MANAGE_ACCOUNTS)
def close(public_id: str) -> Answer:
    """Close an account, until somebody opens it again."""
    return _open_or_close(public_id, actions.close_account, _("The account is closed."))


@bp.post("/desk/accounts/<public_id>/reopen/")
@requires(Permission.MANAGE_ACCOUNTS)
def reopen(public_id: str) -> Answer:
    """Open a closed account again."""
    return _open_or_close(public_id, actions.reopen_account, _("The account is open again."))


@bp.post("/desk/accounts/<public_id>/invite/")
@requires(Permission.MANAGE_ACCOUNTS)
def invite(public_id: str) -> Answer:
    """Send the link to choose a password once more."""
    account = _account(public_id)
    if not ActionForm().validate_on_submit() or not account.is_open:
        abort(400)
    send_invitation(account, at=clock.now())
    db.session.commit()
    deliver_waiting()
    flash(_("We have sent %(name)s a link to choose a password.", name=account.name))
    return redirect(url_for(".person", public_id=public_id))


def _open_or_close(public_id: str, change: Callable[..., None], done: str) -> Answer:
    account = _account(public_id)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        change(account, at=clock.now(), **_by())
        db.session.commit()
    except AccountRefused as refusal:
        db.session.rollback()
        form = RoleForm(formdata=None, role=account.role)
        form.refuse(refusal)
        return _person_page(account, form)
    flash(done)
    return redirect(url_for(".person", public_id=public_id))


def _account(public_id: str) -> Account:
    account = account_by_public_id(public_id)
    if account is None or account.erased_at is not None:
        abort(404)
    return account


def _person_page(account: Account, form: RoleForm) -> Response:
    return page(
        "accounts/person.html",
        form=form,
        account=account,
        role_name=ROLE_NAMES[Role(account.role)],
        is_me=account.id == current_user.id,
    )


def _by() -> dict[str, Any]:
    return {"by": current_user.id, "by_role": current_user.role}
