"""Naming the person from outside who may be the second one in a round."""

from datetime import datetime

from flask import current_app

from engage.accounts.actions import create_account
from engage.accounts.letters import send_invitation
from engage.accounts.queries import account_by_email
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import Round, RoundScrutineer
from engage.budgeting.queries.approvals import scrutineer_of
from engage.budgeting.rules.approvals import ApprovalRefused, named_letter
from engage.budgeting.rules.stages import Stage
from engage.extensions import db
from engage.messages.actions import send
from engage.permissions import Permission, Role, may
from engage.web.rules import N_


def name_scrutineer(
    round_: Round, name: str, email: str, *, at: datetime, by: int, role: str = "officer"
) -> RoundScrutineer:
    """Let somebody from outside be the second person of a round that is still being prepared.

    Their account is a resident's, made now if the address has none: it opens by a one-time link
    to their own mailbox, which whoever names them can't read. What they may do hangs on the round
    and not on the account. Raises ApprovalRefused once the round is public, for oneself and for
    anybody who works with rounds already; EmailRefused for what is no address.
    """
    if round_.stage != Stage.PREPARING:
        raise ApprovalRefused(N_("The fund is public, so its second person is fixed"))
    account = account_by_email(email)
    is_new = account is None
    if account is None:
        account = create_account(email, name, Role.RESIDENT, at=at, by=by, by_role=role)
    if account.id == by:
        raise ApprovalRefused(N_("The second person must be somebody other than you"), "email")
    if not account.is_open:
        raise ApprovalRefused(N_("The account of this address is closed"), "email")
    if may(account.role, Permission.MANAGE_BUDGETING):
        raise ApprovalRefused(
            N_("This is an officer, who can be the second person anyway: name somebody else"),
            "email",
        )
    named = scrutineer_of(round_.id) or RoundScrutineer(round_id=round_.id)
    named.account_id, named.name, named.named_by = account.id, name, by
    db.session.add(named)
    db.session.flush()
    record(
        Happening.SCRUTINEER_NAMED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        account=account.id,
    )
    if is_new:
        send_invitation(account, at=at)
    page = f"{current_app.config['BASE_URL']}/second-person/"
    subject, body = named_letter(round_.engagement.title, page)
    once = f"scrutineer:{round_.id}:{account.id}"
    send(account.mail_to, subject, body, once=once, at=at)
    return named


def drop_scrutineer(round_: Round, *, at: datetime, by: int, role: str = "officer") -> None:
    """Let a round that is being prepared go without an outside scrutineer.

    Raises ApprovalRefused once it is public.
    """
    if round_.stage != Stage.PREPARING:
        raise ApprovalRefused(N_("The fund is public, so its second person is fixed"))
    named = scrutineer_of(round_.id)
    if named is None:
        return
    db.session.delete(named)
    db.session.flush()
    record(
        Happening.SCRUTINEER_NAMED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        account=None,
    )
