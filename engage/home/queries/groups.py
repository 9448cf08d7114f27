"""What a group was asked, what it wrote, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import EDITORS
from engage.budgeting.models import Award, Proposal, ProposalDraft
from engage.budgeting.queries.award_work import holders_work
from engage.budgeting.queries.delivery import awards_of_proposals
from engage.budgeting.queries.withdrawing import withdrawals_of
from engage.budgeting.rules.proposing import read_content
from engage.clock import UK
from engage.consultations.models import Consultation, Response
from engage.engagements.models import Engagement, Invitation
from engage.engagements.queries.planning import invitations_of
from engage.extensions import db
from engage.home.queries.ledger import influences_of, influences_of_response
from engage.influence.models import Influence


@dataclass(frozen=True)
class Written:
    """Something that was written: a response or a proposal, and what became of it so far.

    ``award`` is that of a proposal that won, ``todo`` what its holder is to do next, by when;
    ``public_id`` that of a proposal or its draft. ``has_changes``: changes are begun, not sent.
    """

    kind: str
    slug: str
    title: str
    stage: str
    closes_at: datetime
    influences: list[Influence]
    reason: str = ""
    award: Award | None = None
    public_id: str = ""
    todo: tuple[tuple[str, date | None], ...] = ()
    has_changes: bool = False


@dataclass(frozen=True)
class GroupDesk:
    """One group of the person who asks.

    ``asked`` are invitations that are still open and not answered; ``started`` are the addresses
    of those with a draft; ``drafts`` are the drafts that nobody asked for.
    """

    body: CommunityBody
    asked: list[tuple[Invitation, Engagement]]
    started: set[str]
    drafts: list[Written]
    sent: list[Written]


def group_desks(account_id: int, at: datetime) -> list[GroupDesk]:
    """Return a desk for each group that the account speaks for."""
    return [_desk(body, at, part_in(body, account_id)) for body in bodies_of(account_id)]


def own_writing(account_id: int, at: datetime) -> list[Written]:
    """Return what the account wrote for itself, and not for a group."""
    return [
        *_responses((Response.account_id == account_id) & Response.body_id.is_(None)),
        *_proposals((Proposal.account_id == account_id) & Proposal.body_id.is_(None), at),
        *_drafts((ProposalDraft.account_id == account_id) & ProposalDraft.body_id.is_(None)),
    ]


def _desk(body: CommunityBody, at: datetime, part: str) -> GroupDesk:
    written = [
        *_responses(Response.body_id == body.id),
        *_proposals(Proposal.body_id == body.id, at, may_act=part in EDITORS),
        *_drafts(ProposalDraft.body_id == body.id),
    ]
    answered = {w.slug for w in written if w.kind == "response" and w.stage == "submitted"}
    drafts = [w for w in written if w.stage == "draft" and w.closes_at > at]
    asked = [
        (invitation, engagement)
        for invitation, engagement in invitations_of(body.id)
        if engagement.closes_at > at and engagement.slug not in answered
    ]
    invited = {engagement.slug for _, engagement in asked}
    return GroupDesk(
        body=body,
        asked=asked,
        started=invited & {w.slug for w in drafts},
        drafts=[w for w in drafts if w.slug not in invited],
        sent=[w for w in written if w.stage != "draft"],
    )


def _responses(condition: ColumnElement[bool]) -> Iterable[Written]:
    rows = db.session.execute(
        select(Response, Engagement)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .join(Engagement, Engagement.id == Consultation.engagement_id)
        .where(condition)
        .order_by(Response.started_at.desc())
    )
    for response, engagement in rows:
        yield Written(
            "response",
            engagement.slug,
            engagement.title,
            response.stage,
            engagement.closes_at,
            influences_of_response(response.id),
        )


def _drafts(condition: ColumnElement[bool]) -> Iterable[Written]:
    """Return proposals that were begun online and not sent."""
    rows = db.session.scalars(
        select(ProposalDraft)
        .where(condition, ProposalDraft.proposal_id.is_(None), ProposalDraft.channel == "online")
        .order_by(ProposalDraft.saved_at.desc())
    )
    for draft in rows:
        engagement = draft.round.engagement
        title = read_content(draft.content).title or engagement.title
        closes_at = draft.round.proposals_close_at
        yield Written(
            "proposal", engagement.slug, title, "draft", closes_at, [], public_id=draft.public_id
        )


def _proposals(
    condition: ColumnElement[bool], at: datetime, *, may_act: bool = True
) -> Iterable[Written]:
    """Return what was proposed. Who may only read for a group is told of nothing to do."""
    rows = db.session.scalars(
        select(Proposal).where(condition).order_by(Proposal.submitted_at.desc())
    ).all()
    awards = awards_of_proposals([proposal.id for proposal in rows])
    changed = set(
        db.session.scalars(
            select(ProposalDraft.proposal_id).where(
                ProposalDraft.proposal_id.in_([proposal.id for proposal in rows])
            )
        )
    )
    gone = withdrawals_of([proposal.id for proposal in rows])
    todo = holders_work(awards.values() if may_act else [], at.astimezone(UK).date())
    for proposal in rows:
        yield Written(
            "proposal",
            proposal.round.engagement.slug,
            proposal.title,
            "withdrawn" if proposal.id in gone else proposal.stage,
            proposal.round.voting_closes_at,
            influences_of([("proposal", proposal.id)]),
            proposal.reason or "",
            award := awards.get(proposal.id),
            proposal.public_id,
            tuple(todo.get(award.id, ())) if award is not None else (),
            proposal.id in changed,
        )
