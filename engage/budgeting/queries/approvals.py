"""Reads of what two people decide: requests, who may be the second, extensions, removals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from engage.accounts.models import Account
from engage.budgeting.models import (
    Approval,
    Round,
    RoundScrutineer,
    Seal,
    Voter,
    VoteRemoval,
    VoterReview,
)
from engage.budgeting.rules.approvals import What, read_details, told_by_reason
from engage.budgeting.rules.plausibility import Marked
from engage.extensions import db
from engage.permissions import Permission, Role, may

#: The states in which nobody has decided about a voter on the list yet.
UNDECIDED = ("waiting", "asked")


@dataclass(frozen=True)
class Extension:
    """Voting closes later than it was said: ``before`` and ``until`` are the closing instants."""

    before: datetime
    until: datetime
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class Removed:
    """How many votes were removed after the close. ``by_reason`` None: held back."""

    votes: int
    by_reason: dict[str, int] | None


@dataclass(frozen=True)
class TwoPeople:
    """What everybody is told of the acts that two people did, and of who the second may be.

    ``scrutineer`` is the name of the person from outside, '' for none. ``by_outsider``: it was
    they who confirmed the result, None before that.
    """

    scrutineer: str
    extensions: list[Extension]
    removed: Removed
    by_outsider: bool | None


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


def others_waiting(account_id: int) -> int:
    """Return how many requests wait that somebody else than this account made."""
    return _count(Approval.outcome == "waiting", Approval.requested_by != account_id)


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


def _count(*conditions: object) -> int:
    query = select(func.count()).select_from(Approval).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0


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


# The list to check, and removals -----------------------------------------------------------------


def marked_voters(round_id: int) -> list[Marked]:
    """Return the voters of a round with their marks, for the rules of plausibility."""
    rows = db.session.execute(
        select(Voter.uid, Voter.source_mark, Voter.home_mark).where(
            Voter.round_id == round_id,
            Voter.status == "eligible",
            or_(Voter.source_mark.is_not(None), Voter.home_mark.is_not(None)),
        )
    )
    return [Marked(*row) for row in rows]


def reviews_of(round_id: int) -> list[tuple[VoterReview, Voter]]:
    """Return the lines of the list to check with their voters: who was found together stands
    together, what nobody has decided first."""
    rows = db.session.execute(
        select(VoterReview, Voter)
        .join(Voter, Voter.uid == VoterReview.voter_uid)
        .where(VoterReview.round_id == round_id)
        .order_by(
            VoterReview.state.not_in(UNDECIDED),
            VoterReview.reason,
            VoterReview.together,
            VoterReview.public_id,
        )
    )
    return [(review, voter) for review, voter in rows]


def reviews_named(round_id: int, public_ids: Sequence[str]) -> list[VoterReview]:
    """Return the lines with these public ids, in the order of the voters' uids."""
    return list(
        db.session.scalars(
            select(VoterReview)
            .where(VoterReview.round_id == round_id, VoterReview.public_id.in_(public_ids))
            .order_by(VoterReview.voter_uid, VoterReview.reason)
        )
    )


def reviews_asked(approval: Approval) -> list[tuple[VoterReview, Voter]]:
    """Return the lines that a request to remove is about, with their voters."""
    rows = db.session.execute(
        select(VoterReview, Voter)
        .join(Voter, Voter.uid == VoterReview.voter_uid)
        .where(
            VoterReview.round_id == approval.round_id,
            VoterReview.public_id.in_(read_details(approval.details)["lines"]),
        )
        .order_by(VoterReview.public_id)
    )
    return [(review, voter) for review, voter in rows]


def undecided(round_id: int) -> int:
    """Return how many lines of a round's list nobody has decided about."""
    query = select(func.count()).select_from(VoterReview)
    return (
        db.session.scalar(
            query.where(VoterReview.round_id == round_id, VoterReview.state.in_(UNDECIDED))
        )
        or 0
    )


def removed_from(round_id: int) -> Removed:
    """Return how many votes were removed from a round, as everybody may see it."""
    codes = db.session.scalars(select(VoteRemoval.code).where(VoteRemoval.round_id == round_id))
    counts = Counter(codes)
    return Removed(counts.total(), told_by_reason(counts))


def removed_leaves(round_id: int) -> list[tuple[int, bytes]]:
    """Return the fingerprints of the votes that were removed, each with the seal after it."""
    rows = db.session.execute(
        select(VoteRemoval.seal_n, VoteRemoval.leaf)
        .where(VoteRemoval.round_id == round_id)
        .order_by(VoteRemoval.seal_n, VoteRemoval.leaf)
    )
    return [(n, leaf) for n, leaf in rows]


def was_removed(round_id: int, start: bytes) -> bool:
    """Say whether a vote whose fingerprint begins with these 10 bytes was removed."""
    return (
        db.session.scalar(
            select(VoteRemoval.seal_n).where(
                VoteRemoval.round_id == round_id,
                VoteRemoval.leaf >= start + bytes(22),
                VoteRemoval.leaf <= start + b"\xff" * 22,
            )
        )
        is not None
    )


def seals_of(round_id: int) -> list[Seal]:
    """Return every seal of a round in its order."""
    return list(db.session.scalars(select(Seal).where(Seal.round_id == round_id).order_by(Seal.n)))
