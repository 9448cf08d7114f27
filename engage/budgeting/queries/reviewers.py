"""Reads of community reviewers: who they are, what they may look at, what they recommend."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from engage.accounts.models import Account
from engage.budgeting.models import Interest, Proposal, Recommendation, Round, RoundReviewer
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.rules.screening import CHECKING, Answer
from engage.extensions import db


@dataclass(frozen=True)
class Recommended:
    """What reviewers say of one criterion: how many say what, and their notes."""

    words: str
    met: int
    not_met: int
    not_relevant: int
    notes: list[str]


def reviewers_of(round_id: int) -> list[tuple[RoundReviewer, str]]:
    """Return the reviewers of a round with their names, for officers' pages."""
    rows = db.session.execute(
        select(RoundReviewer, Account.name)
        .join(Account, Account.id == RoundReviewer.account_id)
        .where(RoundReviewer.round_id == round_id)
        .order_by(Account.name, Account.id)
    )
    return [(row[0], row[1]) for row in rows]


def has_reviewers(round_id: int) -> bool:
    """Say whether people from the community review the proposals of a round."""
    query = select(func.count()).where(RoundReviewer.round_id == round_id)
    return bool(db.session.scalar(query.where(RoundReviewer.ended_at.is_(None))))


def is_reviewer(round_id: int, account_id: int) -> bool:
    """Say whether an account reviews the proposals of a round now."""
    found = db.session.get(RoundReviewer, (round_id, account_id))
    return found is not None and found.ended_at is None


def rounds_to_review(account_id: int) -> list[Round]:
    """Return the rounds whose proposals an account reviews, the one that votes first first."""
    return list(
        db.session.scalars(
            select(Round)
            .join(RoundReviewer, RoundReviewer.round_id == Round.id)
            .where(
                RoundReviewer.account_id == account_id,
                RoundReviewer.ended_at.is_(None),
                Round.stage.in_(CHECKING),
            )
            .options(joinedload(Round.engagement))
            .order_by(Round.voting_opens_at, Round.id)
        )
    )


def proposals_to_review(round_id: int, account_id: int) -> list[tuple[Proposal, str]]:
    """Return what waits for its check in a round, and how far a reviewer is with each.

    That is '' (not begun), “interest” (they declared one) or “done”.
    """
    proposals = db.session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.stage == "submitted")
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    done = set(
        db.session.scalars(
            select(Recommendation.proposal_id).where(Recommendation.account_id == account_id)
        )
    )
    kept_out = set(
        db.session.scalars(
            select(Interest.proposal_id).where(
                Interest.account_id == account_id, Interest.has_conflict
            )
        )
    )
    return [
        (p, "interest" if p.id in kept_out else "done" if p.id in done else "") for p in proposals
    ]


def own_recommendations(proposal_id: int, account_id: int) -> dict[int, Recommendation]:
    """Return what a reviewer said of a proposal, by the criterion's id."""
    rows = db.session.scalars(
        select(Recommendation).where(
            Recommendation.proposal_id == proposal_id, Recommendation.account_id == account_id
        )
    )
    return {row.criterion_id: row for row in rows}


def given_by(rows: dict[int, Recommendation]) -> dict[int, Answer]:
    """Return recommendations as values, by the criterion's id."""
    return {key: Answer(row.answer, row.note) for key, row in rows.items()}


def recommended(proposal: Proposal) -> list[Recommended]:
    """Return what reviewers say of a proposal, criterion by criterion; empty: nobody has yet.

    What somebody said who declared an interest afterwards does not count.
    """
    conflicted = select(Interest.account_id).where(
        Interest.proposal_id == proposal.id, Interest.has_conflict
    )
    rows = list(
        db.session.scalars(
            select(Recommendation)
            .where(
                Recommendation.proposal_id == proposal.id,
                Recommendation.account_id.not_in(conflicted),
            )
            .order_by(Recommendation.at, Recommendation.account_id)
        )
    )
    if not rows:
        return []
    return [
        _of_one(criterion.words, [row for row in rows if row.criterion_id == criterion.id])
        for criterion in criteria_of(proposal.round_id)
    ]


def _of_one(words: str, rows: Sequence[Recommendation]) -> Recommended:
    said = [row.answer for row in rows]
    return Recommended(
        words,
        said.count("met"),
        said.count("not_met"),
        said.count("not_relevant"),
        [row.note for row in rows if row.note],
    )
