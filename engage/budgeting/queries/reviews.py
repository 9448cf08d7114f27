"""Reads of the list of voters to check, and of the votes that were removed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from engage.budgeting.models import Approval, Voter, VoteRemoval, VoterReview
from engage.budgeting.rules.approvals import read_details, told_by_reason
from engage.budgeting.rules.plausibility import Marked
from engage.extensions import db

#: The states in which nobody has decided about a voter on the list yet.
UNDECIDED = ("waiting", "asked")


@dataclass(frozen=True)
class Removed:
    """How many votes were removed after the close. ``by_reason`` None: held back."""

    votes: int
    by_reason: dict[str, int] | None


NOTHING_REMOVED = Removed(0, {})


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
