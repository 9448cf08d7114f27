"""Sending a draft, and changing what was sent: each time a version, which stays as it is."""

from datetime import datetime

from sqlalchemy import update

from engage import clock
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.drafts import (
    discard_draft,
    refuse_what_stands,
    refuse_when_shut,
)
from engage.budgeting.actions.proposals import Draft, add_version, apply_content, keep_proposal
from engage.budgeting.actions.screening import hold_before_ballot
from engage.budgeting.actions.wordings import doubt_wordings
from engage.budgeting.models import (
    CoAuthor,
    Picture,
    Proposal,
    ProposalDraft,
    ProposalVersion,
    VersionPicture,
)
from engage.budgeting.queries.proposing import (
    asks_of,
    latest_versions,
    pictures_of,
    place_names,
    said_by,
)
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.rules.proposing import Content, check_content, check_proposer, read_content
from engage.budgeting.rules.refusals import ProposalRefused
from engage.extensions import db
from engage.messages.actions import reference_address, send
from engage.messages.rules import new_reference
from engage.places.queries import zones_of_locality
from engage.places.rules.postcodes import Placing
from engage.web.rules import N_


def submit_draft(
    draft: ProposalDraft,
    *,
    at: datetime,
    reference: str | None = None,
    by: int | None = None,
    role: str = "officer",
) -> tuple[Proposal, str]:
    """Send a draft: it becomes a proposal with its first version, and is gone as a draft.

    ``reference`` is the one that the writer holds; None, where nobody holds one, makes another.
    Return the proposal and the reference that follows it. ``by`` is the officer who typed what
    came on paper. Raises ProposalRefused with what it lacks.
    """
    round_, content = draft.round, _checked(draft, at)
    if draft.channel == "paper":
        _check_paper(draft)
    reference = reference or new_reference()
    sent = Draft(
        title=content.title,
        summary=content.summary,
        cost_pence=content.cost_pence or 0,
        name=draft.name,
        email=draft.email,
        body_id=draft.body_id,
        account_id=draft.account_id if draft.channel == "online" else None,
        content=content,
        channel=draft.channel,
    )
    pictures = pictures_of(draft)
    proposal = keep_proposal(round_, sent, placing_of(draft), reference_address(reference), at=at)
    version = latest_versions([proposal.id])[proposal.id]
    show_pictures(version, pictures)
    db.session.execute(
        update(CoAuthor)
        .where(CoAuthor.draft_id == draft.id)
        .values(draft_id=None, proposal_id=proposal.id)
    )
    discard_draft(draft)
    if by is not None:
        record(
            Happening.PROPOSAL_ENTERED,
            f"proposal:{proposal.id}",
            at=at,
            actor_id=by,
            actor_role=role,
            channel=proposal.channel,
        )
    return proposal, reference


def save_changes(draft: ProposalDraft, *, part: str, at: datetime) -> ProposalVersion:
    """Put the changes of a draft to its proposal as a new version.

    What was checked already is checked again. ``part`` is “author” or “coauthor”; the author is
    told of what a co-author changed. Raises ProposalRefused with what it lacks, and where
    nothing is changed; RoundRefused once the ballot is settled.
    """
    hold_before_ballot(draft.round)
    proposal, content = draft.proposal, _checked(draft, at)
    assert proposal is not None  # noqa: S101 - a draft of changes has one by its own rule
    refuse_what_stands(proposal)
    before = latest_versions([proposal.id]).get(proposal.id)
    pictures = pictures_of(draft)
    if (content, pictures) == (said_by(proposal, before), pictures_of(before)):
        raise ProposalRefused(N_("Change something first: it says the same as before"))
    if before is None:  # it came before there were versions
        before = add_version(proposal, said_by(proposal, None), "author", proposal.submitted_at)
    apply_content(proposal, content)
    doubt_wordings(proposal, said_by(proposal, before), content)
    proposal.stage, proposal.reason, proposal.screened_at = "submitted", None, None
    proposal.checked_cost_pence = proposal.cost_reason = None
    version = add_version(proposal, content, part, at, number=before.number + 1)
    show_pictures(version, pictures)
    discard_draft(draft)
    if part == "coauthor":
        _tell_author(proposal, version, at)
    return version


def placing_of(draft: ProposalDraft) -> Placing:
    """Return where a draft's sender lives, seen from the round's area."""
    wanted = draft.round.engagement.locality_id
    inside = wanted is not None and draft.zone_code in zones_of_locality(wanted)
    return Placing(draft.place, draft.zone_code, wanted if inside else None)


def _checked(draft: ProposalDraft, at: datetime) -> Content:
    refuse_when_shut(draft.round, paper=draft.channel == "paper", at=at)
    check_proposer(draft.round.who_may_propose, is_body=draft.body_id is not None)
    content = read_content(draft.content)
    check_content(content, asks_of(draft.round))
    if content.locality_id is not None and content.locality_id not in place_names():
        raise ProposalRefused(N_("Choose where it is"), "where")
    return content


def _check_paper(draft: ProposalDraft) -> None:
    day, round_ = draft.received_on, draft.round
    if day is None:
        raise ProposalRefused(N_("Enter the day it arrived"), "received_on")
    first = round_.proposals_open_at.astimezone(clock.UK).date()
    last = round_.proposals_close_at.astimezone(clock.UK).date()
    if not first <= day <= last:
        raise ProposalRefused(
            N_("Enter a day on which proposals were open: later ones cannot be taken"),
            "received_on",
        )


def show_pictures(version: ProposalVersion, pictures: list[Picture]) -> None:
    """Let a version show these photographs, in this order."""
    for position, picture in enumerate(pictures, start=1):
        db.session.add(
            VersionPicture(version_id=version.id, position=position, picture_id=picture.id)
        )
    db.session.flush()


def _tell_author(proposal: Proposal, version: ProposalVersion, at: datetime) -> None:
    words = (
        f"{proposal.round.engagement.title}: {proposal.title}\n\nSomebody who writes with you "
        "changed your proposal. Open it with your reference to read what changed."
    )
    for channel, address in proposer_addresses([proposal.id]):
        once = f"proposal-version:{version.id}:{channel}:{address}"
        send(address, f"Your proposal was changed: {proposal.title}", words, once=once, at=at,
             channel=channel)  # fmt: skip
