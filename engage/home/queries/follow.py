"""What a reference opens: what it was, where it stands, what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from engage.bodies.models import CommunityBody
from engage.budgeting.models import Award, Project, Proposal, ProposalDraft
from engage.budgeting.queries.delivery import awards_of_proposals
from engage.budgeting.queries.discussion import Standing, answers_to, question_by_reference
from engage.budgeting.queries.proposing import opened_by
from engage.budgeting.queries.results import ShownResult, declared_result, tally_id
from engage.budgeting.queries.screening import check_to_reply_to, stands
from engage.budgeting.queries.withdrawing import withdrawal_by_reference, withdrawal_of
from engage.budgeting.rules.discussion import REASONS, Reason, State
from engage.budgeting.rules.proposing import read_content
from engage.budgeting.rules.results import Fate
from engage.budgeting.rules.screening import replies_until
from engage.budgeting.rules.stages import takes_proposals
from engage.consultations.models import Response
from engage.extensions import db
from engage.home.queries.ledger import influences_of, influences_of_response
from engage.influence.models import Influence
from engage.messages.actions import reference_address


@dataclass(frozen=True)
class Followed:
    """What somebody sent, by its reference. ``kind``: “response”, “proposal”, “question” or
    “group”.

    ``stage`` is the record's own, “draft” for what was not sent, “left” for what goes on without
    whoever asks; ``reason`` is why a proposal was
    left out or a group declined, '' otherwise. ``closes_at`` is None for a group; ``award`` is that
    of a proposal that won, ``fate`` what the public may know of one that people voted on.

    ``may`` is what its sender can still do with a proposal: “change”, “reply”, or '' for nothing.
    ``reply_until`` is the last instant for a reply, None where the rules give none.
    """

    kind: str
    slug: str
    title: str
    stage: str
    sent_at: datetime | None
    closes_at: datetime | None
    reason: str
    on_ballot: bool
    has_result: bool
    influences: list[Influence]
    award: Award | None = None
    votes_from: datetime | None = None
    fate: Fate | None = None
    tells_votes: bool = False
    in_points: bool = False
    may: str = ""
    reply_until: datetime | None = None


def followed(reference: str, at: datetime) -> Followed | None:
    """Return what was sent under ``reference`` (as messages.rules.read_reference gives it)."""
    address = reference_address(reference)
    response = db.session.scalar(select(Response).where(Response.reference_hash == address))
    if response is not None:
        return _response(response)
    question = question_by_reference(reference)
    if question is not None:
        return _question(question)
    left = withdrawal_by_reference(reference)
    if left is not None and left.kind == "lead":
        return replace(_proposal(left.proposal, at), stage="left", reason="", award=None, may="")
    written = opened_by(reference)
    if isinstance(written, ProposalDraft) and written.proposal is None:
        return _draft(written)
    proposal = written if isinstance(written, Proposal) else None
    if proposal is not None:
        return _proposal(proposal, at)
    body = db.session.scalar(select(CommunityBody).where(CommunityBody.reference_hash == address))
    return _group(body) if body is not None else None


def _response(response: Response) -> Followed:
    engagement = response.consultation.engagement
    return Followed(
        kind="response",
        slug=engagement.slug,
        title=engagement.title,
        stage=response.stage,
        sent_at=response.submitted_at,
        closes_at=engagement.closes_at,
        reason="",
        on_ballot=False,
        has_result=False,
        influences=influences_of_response(response.id),
    )


def _proposal(proposal: Proposal, at: datetime) -> Followed:
    on_ballot = db.session.scalar(select(Project).where(Project.proposal_id == proposal.id))
    check = check_to_reply_to(proposal, at)
    result = declared_result(proposal.round)
    return Followed(
        kind="proposal",
        slug=proposal.round.engagement.slug,
        title=proposal.title,
        stage=_stage(proposal),
        sent_at=proposal.submitted_at,
        closes_at=proposal.round.voting_closes_at,
        reason=proposal.reason or "",
        on_ballot=on_ballot is not None,
        has_result=result is not None,
        influences=influences_of([("proposal", proposal.id)]),
        award=awards_of_proposals([proposal.id]).get(proposal.id),
        votes_from=proposal.round.voting_opens_at,
        fate=_fate(result, on_ballot),
        tells_votes=result is not None and result.outcome.tells_figures,
        in_points=result is not None and result.in_points,
        may="reply" if check is not None else _may(proposal, at),
        reply_until=check and replies_until(check.at, proposal.round.reply_days),
    )


def _stage(proposal: Proposal) -> str:
    if proposal.merged_into_id is not None:
        return "merged" if proposal.withdrawn_at is None else "left"
    made = withdrawal_of(proposal.id)
    return proposal.stage if made is None else "late" if made.kind == "late" else "withdrawn"


def _fate(result: ShownResult | None, project: Project | None) -> Fate | None:
    if result is None or project is None:
        return None
    return next((f for f in result.fates if f.project == tally_id(project)), None)


def _may(proposal: Proposal, at: datetime) -> str:
    round_ = proposal.round
    open_ = takes_proposals(round_.stage, round_.proposals_open_at, round_.proposals_close_at, at)
    return "change" if open_ and proposal.merged_into_id is None and not stands(proposal) else ""


def _draft(draft: ProposalDraft) -> Followed:
    engagement = draft.round.engagement
    return Followed(
        kind="proposal",
        slug=engagement.slug,
        title=read_content(draft.content).title or engagement.title,
        stage="draft",
        sent_at=None,
        closes_at=draft.round.proposals_close_at,
        reason="",
        on_ballot=False,
        has_result=False,
        influences=[],
    )


def _question(asked: Standing) -> Followed:
    round_ = asked.post.proposal.round
    answered = any(given.state is State.PUBLISHED for given in answers_to(asked.post.id))
    is_answered = asked.state is State.PUBLISHED and answered
    reason = asked.decision.reason if asked.decision is not None else None
    return Followed(
        kind="question",
        slug=round_.engagement.slug,
        title=asked.post.proposal.title,
        stage="answered" if is_answered else asked.state.value,
        sent_at=asked.post.at,
        closes_at=round_.voting_closes_at,
        reason=REASONS[Reason(reason)] if reason is not None else "",
        on_ballot=False,
        has_result=False,
        influences=[],
    )


def _group(body: CommunityBody) -> Followed:
    return Followed(
        kind="group",
        slug=body.slug,
        title=body.name,
        stage=body.stage,
        sent_at=body.proposed_at,
        closes_at=None,
        reason=body.reason or "",
        on_ballot=False,
        has_result=False,
        influences=[],
    )
