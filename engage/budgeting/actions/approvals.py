"""Asking for what needs two people, and deciding about it. What is agreed is done at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engage.accounts.models import Account
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.voting import ROUND_LOCK, begin_writing, on_postgresql
from engage.budgeting.models import Approval, Round, VoterReview
from engage.budgeting.queries.approvals import acts_as, scrutineer_of
from engage.budgeting.rules.approvals import (
    ApprovalRefused,
    What,
    check_decider,
    details_of,
    request_letter,
)
from engage.extensions import db
from engage.messages.actions import send
from engage.web.rules import N_


def hold_round(round_: Round) -> None:
    """Begin writing and hold the round until the end: nobody votes, removes or confirms meanwhile.

    What the caller wrote before must be committed.
    """
    begin_writing()
    lock_round(round_)


def lock_round(round_: Round) -> None:
    """Hold the round as ``hold_round`` does, without ending what was begun.

    SQLite has one writer at a time anyway, and lets none write upon what another one changed.
    """
    if on_postgresql():
        db.session.execute(select(func.pg_advisory_xact_lock(ROUND_LOCK, round_.id)))
    db.session.refresh(round_)


def ask(
    round_: Round,
    what: What,
    object_: str,
    details: Mapping[str, Any],
    *,
    reason: str,
    at: datetime,
    by: int,
    role: str,
    until: datetime | None = None,
) -> Approval:
    """Ask a second person to agree. Raises ApprovalRefused for what was asked for already.

    ``details`` are all that would be done: the second person agrees to exactly these.
    """
    text, digest = details_of(what, details)
    approval = Approval(
        round_id=round_.id,
        what=what.value,
        object=object_,
        details=text,
        details_hash=digest,
        until=until,
        reason=reason,
        requested_by=by,
        requested_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(approval)
    except IntegrityError as error:
        raise ApprovalRefused(N_("Somebody asked for this already")) from error
    _record(approval, Happening.APPROVAL_ASKED, at=at, by=by, role=role)
    _tell_scrutineer(round_, approval, at)
    return approval


def agree(approval: Approval, *, at: datetime, by: int, role: str) -> None:
    """Agree to a request as the second person; the caller holds the round and does it.

    Raises ApprovalRefused for whoever asked, for anybody who may not, and for what was decided.
    """
    _decide(approval, "agreed", at=at, by=by, role=role)


def turn_down(approval: Approval, *, at: datetime, by: int, role: str) -> None:
    """Turn a request down, as the second person. Nothing is done. Raises ApprovalRefused."""
    hold_round(approval.round)
    _decide(approval, "turned_down", at=at, by=by, role=role)
    _back_to_the_list(approval)


def withdraw(approval: Approval, *, at: datetime, by: int, role: str) -> None:
    """Take one's own request back before anybody decided. Raises ApprovalRefused."""
    hold_round(approval.round)
    db.session.refresh(approval)
    if approval.requested_by != by:
        raise ApprovalRefused(N_("Only the person who asked for this can take it back"))
    if approval.outcome != "waiting":
        raise ApprovalRefused(N_("Somebody decided this already"))
    set_aside(approval, at=at, by=by, role=role)


def set_aside(approval: Approval, *, at: datetime, by: int | None, role: str) -> None:
    """Take a request off the list: its time is over, or whoever made it changed their mind."""
    approval.outcome, approval.decided_at = "withdrawn", at
    db.session.flush()
    _record(approval, Happening.APPROVAL_DECIDED, at=at, by=by, role=role)
    _back_to_the_list(approval)


def _decide(approval: Approval, outcome: str, *, at: datetime, by: int, role: str) -> None:
    db.session.refresh(approval)
    check_decider(approval.outcome, approval.requested_by, by)
    decides_as = acts_as(approval.round_id, by, role)
    if not decides_as:
        raise ApprovalRefused(N_("Only an officer or the fund’s scrutineer can decide this"))
    approval.outcome, approval.decided_by, approval.decided_at = outcome, by, at
    db.session.flush()
    _record(approval, Happening.APPROVAL_DECIDED, at=at, by=by, role=decides_as)


def _back_to_the_list(approval: Approval) -> None:
    """Let the voters that a removal was asked for wait for another decision."""
    lines = select(VoterReview).where(
        VoterReview.approval_id == approval.id, VoterReview.state == "asked"
    )
    for review in db.session.scalars(lines):
        review.state, review.approval_id = "waiting", None
    db.session.flush()


def _record(
    approval: Approval, happening: Happening, *, at: datetime, by: int | None, role: str
) -> None:
    record(
        happening,
        f"round:{approval.round_id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        approval=approval.id,
        what=approval.what,
        details=approval.details_hash,
        outcome=approval.outcome,
    )


def _tell_scrutineer(round_: Round, approval: Approval, at: datetime) -> None:
    named = scrutineer_of(round_.id)
    if named is None:
        return
    account = db.session.get_one(Account, named.account_id)
    page = f"{current_app.config['BASE_URL']}/second-person/{approval.id}/"
    subject, body = request_letter(round_.engagement.title, page)
    if account.is_open:
        send(account.mail_to, subject, body, once=f"approval:{approval.id}", at=at)
