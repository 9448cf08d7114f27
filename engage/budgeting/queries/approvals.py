"""Reads of what two people decide: requests, who may be the second, and extensions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from engage.accounts.models import Account
from engage.budgeting.models import (
    Approval,
    Round,
    RoundScrutineer,
    Seal,
)
from engage.budgeting.queries.reviews import (
    NOTHING_REMOVED,
    Removed,
    removed_from,
    removed_leaves,
)
from engage.budgeting.rules.approvals import What, as_detail, read_details
from engage.budgeting.rules.ballots import Bound
from engage.extensions import db
from engage.permissions import Permission, Role, may


@dataclass(frozen=True)
class Extension:
    """Voting closes later than it was said: ``before`` and ``until`` are the closing instants."""

    before: datetime
    until: datetime
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class TwoPeople:
    """What everybody is told of the acts that two people did, and of who the second may be.

    ``scrutineer`` is the name of the person from outside, '' for none. ``by_outsider``: it was
    they who confirmed the result, None before that.
    """

    scrutineer: str = ""
    extensions: Sequence[Extension] = ()
    removed: Removed = NOTHING_REMOVED
    by_outsider: bool | None = None


def fund_officers() -> list[Account]:
    """Return the open accounts that may run rounds, in a steady order."""
    roles = [role.value for role in Role if may(role, Permission.MANAGE_BUDGETING)]
    wanted = select(Account).where(Account.is_open, Account.role.in_(roles)).order_by(Account.id)
    return list(db.session.scalars(wanted))


def two_people(round_id: int) -> TwoPeople:
    """Return what everybody is told of the acts that need two people in a round."""
    named, certified = scrutineer_of(round_id), certification_of(round_id)
    outside = None
    if certified is not None:
        outside = named is not None and certified.decided_by == named.account_id
    return TwoPeople(
        scrutineer=named.name if named else "",
        extensions=extensions_of(round_id),
        removed=removed_from(round_id),
        by_outsider=outside,
    )


# Who may be the second person --------------------------------------------------------------------


def scrutineer_of(round_id: int) -> RoundScrutineer | None:
    """Return the outside scrutineer of a round, None where it named nobody."""
    return db.session.get(RoundScrutineer, round_id)


def acts_as(round_id: int, account_id: int, role: str, *, reading: bool = False) -> str:
    """Return as what an account may decide in a round: its role, “scrutineer”, or '' for not.

    ``reading``: an auditor may look, too.
    """
    if may(role, Permission.MANAGE_BUDGETING, reading=reading):
        return role
    named = scrutineer_of(round_id)
    return "scrutineer" if named is not None and named.account_id == account_id else ""


def lacks_second(round_id: int) -> bool:
    """Say whether nobody could be the second person: one officer, and nobody from outside."""
    roles = [role.value for role in Role if may(role, Permission.MANAGE_BUDGETING)]
    officers = select(func.count()).select_from(Account)
    open_ones = db.session.scalar(officers.where(Account.role.in_(roles), Account.is_open)) or 0
    return open_ones < 2 and scrutineer_of(round_id) is None


# Requests ----------------------------------------------------------------------------------------


def approval_for(approval_id: int, account_id: int, role: str) -> Approval | None:
    """Return a request that this account may look at; None for anybody else's eyes."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or not acts_as(approval.round_id, account_id, role, reading=True):
        return None
    return approval


def approvals_for(account_id: int, role: str) -> list[Approval]:
    """Return the requests that wait and that this account may look at, the oldest first."""
    query = (
        select(Approval)
        .where(Approval.outcome == "waiting")
        .options(joinedload(Approval.round).joinedload(Round.engagement))
        .order_by(Approval.requested_at, Approval.id)
    )
    if not may(role, Permission.MANAGE_BUDGETING, reading=True):
        query = query.join(RoundScrutineer, RoundScrutineer.round_id == Approval.round_id).where(
            RoundScrutineer.account_id == account_id
        )
    return list(db.session.scalars(query))


def approvals_of(round_id: int) -> list[Approval]:
    """Return every request of a round, decided or not, the newest first."""
    return list(
        db.session.scalars(
            select(Approval).where(Approval.round_id == round_id).order_by(Approval.id.desc())
        )
    )


def waiting_of(round_id: int, what: What, object_: str | None = None) -> Approval | None:
    """Return the request of this kind that waits in a round, about ``object_`` where given."""
    query = select(Approval).where(
        Approval.round_id == round_id,
        Approval.what == what.value,
        Approval.outcome == "waiting",
    )
    if object_ is not None:
        query = query.where(Approval.object == object_)
    return db.session.scalar(query.order_by(Approval.id).limit(1))


def certification_of(round_id: int) -> Approval | None:
    """Return the request by which two people confirmed the result of a round."""
    return db.session.scalar(
        select(Approval).where(
            Approval.round_id == round_id,
            Approval.what == What.CERTIFY.value,
            Approval.outcome == "agreed",
        )
    )


def names_of(approvals: Sequence[Approval]) -> dict[int | None, str]:
    """Return the names of the accounts that asked and decided, by id, for officers' pages."""
    ids = {id_ for a in approvals for id_ in (a.requested_by, a.decided_by) if id_ is not None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return dict(iter(rows))


# Extensions --------------------------------------------------------------------------------------


def extensions_of(round_id: int) -> list[Extension]:
    """Return each time that voting was prolonged, the first one first."""
    agreed = db.session.scalars(
        select(Approval)
        .where(
            Approval.round_id == round_id,
            Approval.what == What.EXTEND.value,
            Approval.outcome == "agreed",
        )
        .order_by(Approval.until)
    )
    return [
        Extension(
            datetime.fromisoformat(read_details(a.details)["before"]),
            a.until,
            a.reason,
            a.decided_at,
        )
        for a in agreed
        if a.until is not None and a.decided_at is not None
    ]


def closing_as_fixed(round_: Round) -> datetime:
    """Return the closing instant that stands in the rules of a round, before any extension."""
    extensions = extensions_of(round_.id)
    return extensions[0].before if extensions else round_.voting_closes_at


def bound_of(round_: Round) -> Bound:
    """Return what is sealed with the votes of a round: its ballot paper, and what two people
    changed so far."""
    longer = extensions_of(round_.id)
    return Bound(
        ballot_hash=round_.ballot_hash or "",
        extensions=[(as_detail(e.before), as_detail(e.until), e.reason) for e in longer],
        removed=removed_leaves(round_.id),
    )


def seals_of(round_id: int) -> list[Seal]:
    """Return every seal of a round in its order."""
    return list(db.session.scalars(select(Seal).where(Seal.round_id == round_id).order_by(Seal.n)))
