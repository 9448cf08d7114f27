"""Making one proposal of several, if every author agrees; else nothing happens."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.drafts import discard_draft
from engage.budgeting.actions.proposals import add_version, apply_content
from engage.budgeting.actions.screening import hold_before_ballot
from engage.budgeting.actions.versions import show_pictures
from engage.budgeting.actions.wordings import doubt_wordings
from engage.budgeting.models import CoAuthor, Merge, MergePart, Proposal, Round
from engage.budgeting.queries.merging import waiting_merge, writers_beside
from engage.budgeting.queries.proposing import (
    changes_of,
    co_authors_of,
    latest_versions,
    pictures_of,
    said_by,
)
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.queries.screening import stands
from engage.budgeting.rules.merging import Together, check_parts, merged_content
from engage.budgeting.rules.proposing import MOST_PICTURES, check_award, check_pot
from engage.budgeting.rules.refusals import ProposalRefused, pounds
from engage.extensions import db
from engage.messages.actions import send
from engage.web.rules import N_


def suggest_merge(
    round_: Round,
    lead: Proposal,
    others: Sequence[Proposal],
    together: Together,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> Merge:
    """Suggest that proposals of a round become one, and ask the author of each.

    Raises ProposalRefused where they can't, RoundRefused once the ballot is settled.
    """
    hold_before_ballot(round_)
    others = [other for other in others if other.id != lead.id]
    check_parts(1 + len(others), writers_beside(lead, others))
    for part in (lead, *others):
        _refuse_part(round_, part)
        if waiting_merge(part.id) is not None:
            raise ProposalRefused(N_("Another suggestion about one of these still waits"), "parts")
    check_award(together.cost_pence, round_.min_award_pence, round_.max_award_pence)
    if lead.pot is not None:  # what becomes one is for the part that its lead asks
        check_pot(lead.pot.number, together.cost_pence, round_.pots)
    merge = Merge(
        round_id=round_.id,
        lead_id=lead.id,
        title=together.title,
        summary=together.summary,
        cost_pence=together.cost_pence,
        suggested_by=by,
        suggested_at=at,
    )
    db.session.add(merge)
    db.session.flush()
    merge.parts = [MergePart(merge_id=merge.id, proposal_id=p.id) for p in (lead, *others)]
    db.session.flush()
    titles = "\n".join(f"- {part.title}" for part in (lead, *others))
    link = f"{current_app.config['BASE_URL']}/rounds/{round_.engagement.slug}/propose/return/"
    words = (
        f"We suggest combining these proposals:\n{titles}\n\n“{merge.title}”, for "
        f"{pounds(merge.cost_pence)}:\n\n{merge.summary}\n\nNothing happens unless everybody "
        f"agrees. Open your proposal with your reference to say yes or no:\n{link}"
    )
    _tell(merge, "suggested", words, at)
    _record(merge, at=at, by=by, role=role)
    return merge


def answer_merge(merge: Merge, proposal: Proposal, *, agrees: bool, at: datetime) -> bool:
    """Say, as the author of one part, whether it may become one with the others; once.

    Return whether they are one now: that is when everybody has said yes. One “no” ends it.
    Raises ProposalRefused where it was answered or ended, RoundRefused after the ballot.
    """
    hold_before_ballot(merge.round)
    db.session.refresh(merge, with_for_update=True)
    part = next((part for part in merge.parts if part.proposal_id == proposal.id), None)
    if merge.outcome != "waiting" or part is None or part.answer is not None:
        raise ProposalRefused(N_("This was answered already, or is no longer suggested"))
    part.answer, part.answered_at = "yes" if agrees else "no", at
    db.session.flush()
    if not agrees:
        merge.outcome = "turned_down"
        db.session.flush()
        _tell(merge, "ended", "Not everybody agreed, so nothing changes: each stays its own.", at)
        return False
    if any(each.answer is None for each in merge.parts):
        return False
    _make_one(merge, at)
    return True


def withdraw_merge(merge: Merge, *, at: datetime, by: int, role: str = "officer") -> None:
    """Take a suggestion back that still waits. Raises ProposalRefused once it was decided."""
    if merge.outcome != "waiting":
        raise ProposalRefused(N_("This was answered already, or is no longer suggested"))
    merge.outcome = "withdrawn"
    db.session.flush()
    _tell(merge, "ended", "We took the suggestion back, so nothing changes.", at)
    _record(merge, at=at, by=by, role=role)


def end_for_withdrawal(proposal: Proposal, *, at: datetime) -> None:
    """End a suggestion that still waits about a proposal which its author withdraws."""
    merge = waiting_merge(proposal.id)
    if merge is not None:
        merge.outcome = "turned_down"
        db.session.flush()
        _tell(merge, "ended", "One of them was withdrawn, so nothing changes for the others.", at)


def _refuse_part(round_: Round, part: Proposal) -> None:
    if part.round_id != round_.id or part.merged_into_id is not None or stands(part):
        raise ProposalRefused(N_("One of these is part of another already, or left out"), "parts")


def _make_one(merge: Merge, at: datetime) -> None:
    """Let the lead say what was agreed, and end the others as merged into it."""
    lead = merge.lead
    others = [part.proposal for part in merge.parts if part.proposal_id != merge.lead_id]
    for part in (lead, *others):
        _refuse_part(merge.round, part)
        if (draft := changes_of(part.id)) is not None:
            discard_draft(draft)
    check_parts(1 + len(others), writers_beside(lead, others))
    merge.outcome = "agreed"
    db.session.flush()
    versions = latest_versions([lead.id, *[other.id for other in others]])
    before = versions.get(lead.id)
    if before is None:  # it came before there were versions
        before = add_version(lead, said_by(lead, None), "author", lead.submitted_at)
    said = [said_by(other, versions.get(other.id)) for other in others]
    together = Together(merge.title, merge.summary, merge.cost_pence)
    content = merged_content(said_by(lead, before), said, together)
    apply_content(lead, content)
    doubt_wordings(lead, said_by(lead, before), content)
    lead.stage, lead.reason, lead.screened_at = "submitted", None, None
    lead.checked_cost_pence = lead.cost_reason = None
    pictures = [p for part in (lead, *others) for p in pictures_of(versions.get(part.id))]
    show_pictures(
        add_version(lead, content, "officer", at, number=before.number + 1),
        pictures[:MOST_PICTURES],
    )
    for other in others:
        _join(other, lead, at)
    _tell(merge, "made", f"Everybody agreed: the proposals are now “{lead.title}”.", at)


def _join(other: Proposal, lead: Proposal, at: datetime) -> None:
    writers = co_authors_of(other)
    taken = {writer.number for writer in co_authors_of(lead)}
    free = (number for number in range(1, 6) if number not in taken)
    for writer in writers:
        writer.proposal_id, writer.number = lead.id, next(free)
    db.session.add(
        CoAuthor(proposal_id=lead.id, number=next(free), reference_hash=other.reference_hash)
    )
    other.stage, other.reason = "left_out", f"Merged into “{lead.title}”"
    other.screened_at, other.merged_into_id = at, lead.id
    other.checked_cost_pence = other.cost_reason = None
    db.session.flush()


def _tell(merge: Merge, what: str, words: str, at: datetime) -> None:
    title = merge.round.engagement.title
    for channel, address in proposer_addresses([part.proposal_id for part in merge.parts]):
        once = f"merge:{merge.id}:{what}:{channel}:{address}"
        body = f"{title}\n\n{words}"
        send(address, f"Combining proposals: {merge.title}", body, once=once, at=at,
             channel=channel)  # fmt: skip


def _record(merge: Merge, *, at: datetime, by: int, role: str) -> None:
    record(
        Happening.MERGE_SUGGESTED,
        f"round:{merge.round_id}",
        at=at,
        actor_id=by,
        actor_role=role,
        merge=merge.id,
        parts=[part.proposal_id for part in merge.parts],
        outcome=merge.outcome,
    )
