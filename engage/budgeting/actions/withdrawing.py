"""Taking back what one proposed. Nothing is erased, nothing comes back, everybody is told."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import delete

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.drafts import discard_draft, start_draft
from engage.budgeting.actions.merging import end_for_withdrawal
from engage.budgeting.actions.telling import once_for, tell_officers
from engage.budgeting.models import CoAuthor, DraftPicture, Proposal, ProposalDraft, Withdrawal
from engage.budgeting.queries.proposing import (
    changes_of,
    latest_versions,
    pictures_of,
    said_by,
)
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.queries.withdrawing import standing_of, successor_of
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.withdrawing import (
    WITHDRAWN,
    Kind,
    kind_of,
    officers_letter,
    withdrawal_letter,
)
from engage.extensions import db
from engage.messages.actions import reference_address, send
from engage.messages.rules import new_reference
from engage.web.rules import N_


@dataclass(frozen=True)
class Why:
    """Why somebody withdraws, '' where they don't say, and whether everybody may read it."""

    reason: str = ""
    is_public: bool = False


def withdraw(
    proposal: Proposal,
    why: Why,
    *,
    part: str,
    at: datetime,
    by: int | None = None,
    role: str = "resident",
) -> Kind:
    """Take back a proposal, or one's part in one; return which it was.

    ``part`` is “author”, “body” or “officer”, who does it for somebody on paper. Waits for
    whoever settles the ballot at the same moment. Raises ProposalRefused.
    """
    db.session.refresh(proposal.round, with_for_update={"read": True})
    db.session.refresh(proposal)
    kind = kind_of(standing_of(proposal, part))
    if why.is_public and not why.reason:
        raise ProposalRefused(N_("Enter your reason, or choose that only the team reads it"),
                              "reason")  # fmt: skip
    joint = db.session.get_one(Proposal, proposal.merged_into_id or proposal.id)
    concerned = dict.fromkeys(proposer_addresses([proposal.id, joint.id]))
    successor = successor_of(proposal) if kind is Kind.LEAD else None
    db.session.add(
        Withdrawal(
            proposal_id=proposal.id,
            kind=kind.value,
            reference_hash=proposal.reference_hash,
            successor_id=successor.id if successor is not None else None,
            reason=why.reason,
            is_public=why.is_public,
            by=part,
            at=at,
        )
    )
    db.session.flush()
    if kind is Kind.WHOLE:
        _take_out(proposal, at)
    elif kind is Kind.PART:
        _leave(proposal, joint, at)
    elif successor is not None:
        _hand_over(proposal, successor)
    _tell(kind, joint, why, concerned, at)
    record(
        Happening.PROPOSAL_WITHDRAWN,
        f"proposal:{proposal.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        kind=kind.value,
        part=part,
    )
    return kind


def judge_reason(
    made: Withdrawal, *, is_shown: bool, at: datetime, by: int, role: str = "officer"
) -> None:
    """Show a reason to everybody, as its writer wants, or hold it back; once.

    Raises ProposalRefused where its writer wants it read by the team alone, or it was decided.
    """
    if not made.is_public or made.is_shown is not None:
        raise ProposalRefused(N_("There is no reason to decide about"))
    made.is_shown = is_shown
    db.session.flush()
    record(
        Happening.WITHDRAWAL_REASON_JUDGED,
        f"proposal:{made.proposal_id}",
        at=at,
        actor_id=by,
        actor_role=role,
        shown=is_shown,
    )


def stop_helping(helper: CoAuthor, proposal: Proposal, *, at: datetime) -> None:
    """Take somebody out of those who help to write, as they ask, and tell the others."""
    concerned = dict.fromkeys(proposer_addresses([proposal.id]))
    what = f"stopped:{helper.id}:{at.timestamp()}"
    db.session.delete(helper)
    db.session.flush()
    subject, body = withdrawal_letter(Kind.HELP, proposal.round.engagement.title, proposal.title)
    for channel, address in concerned:
        once = once_for(what, proposal.round, channel, address)
        send(address, subject, body, once=once, at=at, channel=channel)


def start_again(
    proposal: Proposal,
    reference: str,
    *,
    at: datetime,
    account_id: int | None = None,
    channel: str = "online",
) -> ProposalDraft:
    """Start a new draft with the words and photographs of what was withdrawn.

    Raises ProposalRefused where it was not, and once proposals are closed.
    """
    if proposal.withdrawn_at is None or proposal.merged_into_id is not None:
        raise ProposalRefused(N_("Only what was withdrawn can be started again"))
    version = latest_versions([proposal.id]).get(proposal.id)
    draft = start_draft(
        proposal.round,
        said_by(proposal, version),
        reference,
        at=at,
        account_id=account_id,
        channel=channel,
    )
    for position, picture in enumerate(pictures_of(version), start=1):
        draft.pictures.append(DraftPicture(position=position, picture=picture))
    draft.name, draft.email, draft.body_id = proposal.name, proposal.email, proposal.body_id
    draft.place, draft.zone_code = proposal.place, proposal.zone_code
    db.session.flush()
    return draft


def _take_out(proposal: Proposal, at: datetime) -> None:
    """Leave a proposal out for good; what was begun to change of it goes, the rest stays."""
    if (draft := changes_of(proposal.id)) is not None:
        discard_draft(draft)
    end_for_withdrawal(proposal, at=at)
    proposal.stage = "left_out"
    proposal.reason = WITHDRAWN
    proposal.checked_cost_pence = proposal.cost_reason = None
    proposal.screened_at, proposal.withdrawn_at = at, at
    db.session.flush()


def _leave(part: Proposal, joint: Proposal, at: datetime) -> None:
    """Let the author of a part have no more to do with the proposal that it became part of."""
    db.session.execute(
        delete(CoAuthor).where(
            CoAuthor.proposal_id == joint.id, CoAuthor.reference_hash == part.reference_hash
        )
    )
    part.name = part.email = ""
    part.withdrawn_at = at
    db.session.flush()


def _hand_over(proposal: Proposal, successor: Proposal) -> None:
    """Make the author of a part the author of the whole: its reference opens the whole now.

    The reference of whoever leaves opens nothing any more; that of the part is one nobody holds.
    """
    db.session.execute(
        delete(CoAuthor).where(
            CoAuthor.proposal_id == proposal.id,
            CoAuthor.reference_hash == successor.reference_hash,
        )
    )
    theirs, successor.reference_hash = (
        successor.reference_hash, reference_address(new_reference()),
    )  # fmt: skip
    db.session.flush()
    proposal.reference_hash = theirs
    for name in ("name", "email", "account_id", "body_id", "channel"):
        setattr(proposal, name, getattr(successor, name))
    db.session.flush()


def _tell(
    kind: Kind, joint: Proposal, why: Why, concerned: dict[tuple[str, str], None], at: datetime
) -> None:
    """Tell everybody who has to do with it, each once, and the officers with the reason."""
    title, slug = joint.round.engagement.title, joint.round.engagement.slug
    what = f"withdrawn:{joint.id}:{kind.value}:{at.timestamp()}"
    subject, body = withdrawal_letter(kind, title, joint.title)
    for channel, address in concerned:
        once = once_for(what, joint.round, channel, address)
        send(address, subject, body, once=once, at=at, channel=channel)
    link = f"{current_app.config['BASE_URL']}/desk/rounds/{slug}/proposals/{joint.public_id}/"
    subject, body = officers_letter(
        kind, title, joint.title, why.reason, link, is_public=why.is_public
    )
    tell_officers(subject, body, once=what, at=at)
