"""Reads of checks: criteria, who may check, what was found, and what was replied."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from engage.accounts.models import Account
from engage.budgeting.models import (
    Criterion,
    Interest,
    Proposal,
    ProposalCheck,
    Reply,
    Round,
)
from engage.budgeting.rules.screening import CHECKING, LEAVE_OUT, Answer, replies_until
from engage.extensions import db
from engage.permissions import Permission, Role, may
from engage.web.rules import N_


@dataclass(frozen=True)
class ShownCheck:
    """A check as it is read: each criterion in its words, with the answer. ``is_after_reply``:
    somebody replied before it."""

    check: ProposalCheck
    answers: list[tuple[str, Answer]]
    is_after_reply: bool

    @property
    def not_met(self) -> list[tuple[str, Answer]]:
        """The criteria that were not met."""
        return [pair for pair in self.answers if pair[1].answer == "not_met"]


def criteria_of(round_id: int) -> list[Criterion]:
    """Return what every proposal of a round is held against, in its order."""
    return list(
        db.session.scalars(
            select(Criterion).where(Criterion.round_id == round_id).order_by(Criterion.position)
        )
    )


def latest_check(proposal_id: int) -> ProposalCheck | None:
    """Return the newest check of a proposal, None where nobody checked it."""
    return db.session.scalar(
        select(ProposalCheck)
        .where(ProposalCheck.proposal_id == proposal_id)
        .order_by(ProposalCheck.number.desc())
        .limit(1)
    )


def checks_of(proposal: Proposal) -> list[ShownCheck]:
    """Return every check of a proposal, the newest first."""
    return checks_by_proposal(proposal.round_id, [proposal.id]).get(proposal.id, [])


def checks_by_proposal(round_id: int, proposal_ids: Collection[int]) -> dict[int, list[ShownCheck]]:
    """Return the checks of a round's proposals by the proposal's id, the newest first."""
    words = {criterion.id: criterion.words for criterion in criteria_of(round_id)}
    replies = replies_of(proposal_ids)
    rows = db.session.scalars(
        select(ProposalCheck)
        .where(ProposalCheck.proposal_id.in_(proposal_ids))
        .order_by(ProposalCheck.number.desc())
        .options(selectinload(ProposalCheck.answers))
    )
    found: dict[int, list[ShownCheck]] = {}
    for check in rows:
        given = {a.criterion_id: Answer(a.answer, a.note) for a in check.answers}
        reply = replies.get(check.proposal_id)
        found.setdefault(check.proposal_id, []).append(
            ShownCheck(
                check,
                [(words[key], given[key]) for key in words if key in given],
                reply is not None and reply.check.number < check.number,
            )
        )
    return found


def checker_names(checks: Sequence[ShownCheck]) -> dict[int, str]:
    """Return the names of those who made these checks, for officers' pages."""
    ids = {shown.check.by for shown in checks}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return dict(rows.all())


# Interests ---------------------------------------------------------------------------------------


def interest_of(proposal_id: int, account_id: int) -> Interest | None:
    """Return what somebody said of their interest in a proposal, None before they did."""
    return db.session.get(Interest, (proposal_id, account_id))


def interests_in(proposal_id: int) -> list[tuple[str, str]]:
    """Return who declared an interest in a proposal, and which, for officers' pages."""
    rows = db.session.execute(
        select(Account.name, Interest.words)
        .join(Interest, Interest.account_id == Account.id)
        .where(Interest.proposal_id == proposal_id, Interest.has_conflict)
        .order_by(Account.name, Account.id)
    )
    return [(row[0], row[1]) for row in rows]


def could_check_instead(proposal_id: int, account_id: int) -> bool:
    """Say whether an officer other than this one could check a proposal."""
    roles = [role.value for role in Role if may(role, Permission.MANAGE_BUDGETING)]
    conflicted = select(Interest.account_id).where(
        Interest.proposal_id == proposal_id, Interest.has_conflict
    )
    another = select(func.count()).where(
        Account.id != account_id,
        Account.is_open,
        Account.role.in_(roles),
        Account.id.not_in(conflicted),
    )
    return bool(db.session.scalar(another))


# Replies -----------------------------------------------------------------------------------------


def reply_of(proposal_id: int) -> Reply | None:
    """Return what was replied when a proposal was left out, None before that."""
    return db.session.get(Reply, proposal_id)


def replies_of(proposal_ids: Collection[int]) -> dict[int, Reply]:
    """Return the replies about these proposals, by the proposal's id."""
    rows = db.session.scalars(select(Reply).where(Reply.proposal_id.in_(proposal_ids)))
    return {reply.proposal_id: reply for reply in rows}


def stands(proposal: Proposal) -> bool:
    """Say whether a proposal was left out for good: withdrawn, or after its one reply."""
    if proposal.withdrawn_at is not None:
        return True
    return proposal.stage == "left_out" and reply_of(proposal.id) is not None


def check_to_reply_to(proposal: Proposal, at: datetime) -> ProposalCheck | None:
    """Return the check that can be replied to now; None: it can't, or not any more."""
    if proposal.merged_into_id is not None or proposal.withdrawn_at is not None:
        return None
    if proposal.stage != "left_out":
        return None
    if proposal.round.stage not in CHECKING:
        return None
    check = latest_check(proposal.id)
    if check is None or check.decision != LEAVE_OUT or reply_of(proposal.id) is not None:
        return None
    until = replies_until(check.at, proposal.round.reply_days)
    return check if until is None or at < until else None


def replies_due(round_: Round, at: datetime) -> int:
    """Return how many who were left out may still reply within the days of the rules."""
    if not round_.reply_days:
        return 0
    left_out = db.session.scalars(
        select(Proposal).where(Proposal.round_id == round_.id, Proposal.stage == "left_out")
    )
    return sum(check_to_reply_to(proposal, at) is not None for proposal in left_out)


def why_not_checked(proposal: Proposal, account_id: int) -> str:
    """Return why an officer can't check a proposal now, in words; '' where they can."""
    if proposal.merged_into_id is not None:
        return N_("It is part of another proposal now: check that one")
    if proposal.withdrawn_at is not None:
        return N_("Its proposer withdrew it, so there is nothing to check")
    said, reply = interest_of(proposal.id, account_id), reply_of(proposal.id)
    if said is None:
        return N_("Say first whether you have an interest in this proposal")
    if said.has_conflict:
        return N_("You have an interest in this proposal, so somebody else must check it")
    if reply is None:
        return ""
    if proposal.stage != "submitted":
        return N_("This was decided after a reply, and that decision stands")
    if reply.check.by == account_id and could_check_instead(proposal.id, account_id):
        return N_("You left it out before, so another officer must check the reply")
    return ""
