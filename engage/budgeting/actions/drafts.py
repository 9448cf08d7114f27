"""Keeping what somebody is still writing. A draft is nobody else's to read, and never counted."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import (
    CoAuthor,
    DraftPicture,
    Picture,
    Proposal,
    ProposalDraft,
    Round,
    RoundQuestion,
    VersionPicture,
)
from engage.budgeting.queries.proposing import (
    changes_of,
    co_authors_of,
    drafts_to_erase,
    latest_versions,
    pictures_of,
    said_by,
)
from engage.budgeting.queries.screening import stands
from engage.budgeting.rules.proposing import (
    MOST_CO_AUTHORS,
    MOST_PICTURES,
    MOST_QUESTIONS,
    Content,
    write_content,
)
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.stages import Stage, takes_proposals
from engage.extensions import db
from engage.messages.actions import reference_address, send
from engage.messages.rules import new_reference
from engage.places.rules.postcodes import Placing
from engage.web.rules import N_


def refuse_when_shut(round_: Round, *, paper: bool, at: datetime) -> None:
    """Refuse to write once proposals are closed. Raises ProposalRefused.

    What came on paper in time may be typed until an officer closes proposals.
    """
    if paper and round_.stage == Stage.PROPOSALS and at >= round_.proposals_open_at:
        return
    if not takes_proposals(round_.stage, round_.proposals_open_at, round_.proposals_close_at, at):
        raise ProposalRefused(N_("Proposals are closed"))


def refuse_what_stands(proposal: Proposal) -> None:
    """Refuse to change what was merged, withdrawn, or left out after its reply: ProposalRefused."""
    if proposal.merged_into_id is not None:
        raise ProposalRefused(N_("This is part of another proposal now: change that one"))
    if proposal.withdrawn_at is not None:
        raise ProposalRefused(N_("This is withdrawn, and stays as it was"))
    if stands(proposal):
        raise ProposalRefused(N_("This was decided after your reply, and that decision stands"))


def start_draft(
    round_: Round,
    content: Content,
    reference: str,
    *,
    at: datetime,
    account_id: int | None = None,
    channel: str = "online",
) -> ProposalDraft:
    """Start to write a proposal. Of the ``reference`` that opens it only a hash is kept."""
    refuse_when_shut(round_, paper=channel == "paper", at=at)
    draft = ProposalDraft(
        round_id=round_.id,
        round=round_,
        reference_hash=reference_address(reference),
        account_id=account_id,
        channel=channel,
        content=write_content(content),
        saved_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def save_content(draft: ProposalDraft, content: Content, *, at: datetime) -> None:
    """Keep what a draft says now, finished or not."""
    _touch(draft, at)
    draft.content = write_content(content)
    db.session.flush()


def save_sender(
    draft: ProposalDraft,
    *,
    name: str,
    email: str,
    body_id: int | None,
    placing: Placing | None,
    received_on: date | None = None,
    at: datetime,
) -> None:
    """Keep who sends a draft. ``placing`` None keeps what was looked up before."""
    _touch(draft, at)
    draft.name, draft.email, draft.body_id = name, email, body_id
    draft.received_on = received_on
    if placing is not None:
        draft.place, draft.zone_code = placing.place, placing.zone_code
    db.session.flush()


def add_picture(draft: ProposalDraft, picture: Picture, *, at: datetime) -> None:
    """Put a photograph to a draft. Raises ProposalRefused where it has three."""
    _touch(draft, at)
    taken = {link.position for link in draft.pictures}
    free = [n for n in range(1, MOST_PICTURES + 1) if n not in taken]
    if not free:
        raise ProposalRefused(N_("Remove a photograph first: a proposal can have 3 or fewer"))
    draft.pictures.append(DraftPicture(position=free[0], picture=picture))
    db.session.flush()


def remove_picture(draft: ProposalDraft, picture_public_id: str, *, at: datetime) -> None:
    """Take a photograph out of a draft, and erase it unless a version shows it."""
    links = [k for k in draft.pictures if k.picture.public_id == picture_public_id]
    if not links:
        return  # it went already, or was never this draft's: then it is nothing to erase here
    _touch(draft, at)
    for link in links:
        draft.pictures.remove(link)
    db.session.flush()
    _erase_pictures(draft_only=[picture_public_id])


def discard_draft(draft: ProposalDraft) -> None:
    """Erase a draft with its co-authors and its photographs; what was sent stays."""
    shown = [picture.public_id for picture in pictures_of(draft)]
    db.session.execute(delete(CoAuthor).where(CoAuthor.draft_id == draft.id))
    db.session.delete(draft)
    db.session.flush()
    _erase_pictures(draft_only=shown)


def erase_old_drafts(at: datetime) -> int:
    """Erase every draft of rounds that have taken no proposals for a while; return how many."""
    old = drafts_to_erase(at)
    for draft in old:
        discard_draft(draft)
    return len(old)


def begin_changes(proposal: Proposal, *, at: datetime) -> ProposalDraft:
    """Start to change a proposal that was sent, or go on where somebody stopped."""
    refuse_when_shut(proposal.round, paper=False, at=at)
    refuse_what_stands(proposal)
    draft = changes_of(proposal.id)
    if draft is not None:
        return draft
    version = latest_versions([proposal.id]).get(proposal.id)
    draft = ProposalDraft(
        round_id=proposal.round_id,
        proposal_id=proposal.id,
        content=write_content(said_by(proposal, version)),
        saved_at=at,
        pictures=[
            DraftPicture(position=n, picture=picture)
            for n, picture in enumerate(pictures_of(version), start=1)
        ],
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def add_co_author(
    thing: ProposalDraft | Proposal, *, email: str = "", link: str = "", at: datetime
) -> str:
    """Let somebody else write too; return the reference that opens it for them.

    With ``email`` the reference is sent there, with the ``link`` to where it is entered, and the
    address isn't kept. Raises ProposalRefused where five write already.
    """
    round_ = thing.round
    refuse_when_shut(round_, paper=False, at=at)
    taken = {known.number for known in co_authors_of(thing)}
    free = [n for n in range(1, MOST_CO_AUTHORS + 1) if n not in taken]
    if not free:
        raise ProposalRefused(N_("Remove somebody first: 5 people or fewer can help to write"))
    reference = new_reference()
    known = CoAuthor(number=free[0], reference_hash=reference_address(reference))
    if isinstance(thing, Proposal):
        known.proposal_id = thing.id
    else:
        known.draft_id = thing.id
    db.session.add(known)
    db.session.flush()
    if email:
        title = round_.engagement.title
        words = (
            f"Somebody asks you to write a proposal for {title} with them.\n\nEnter this reference "
            f"to read it and to write:\n\n{reference}\n\nEnter it here:\n{link}"
        )
        once = f"co-author:{known.reference_hash}"
        send(email, f"Write a proposal with us: {title}", words, once=once, at=at, secret=True)
    return reference


def remove_co_author(thing: ProposalDraft | Proposal, number: int) -> None:
    """Let somebody write no more: their reference opens nothing from now on."""
    for known in co_authors_of(thing):
        if known.number == number:
            db.session.delete(known)
    db.session.flush()


def set_questions(
    round_: Round,
    questions: Sequence[tuple[str, str, bool]],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Set the questions that a round adds: prompt, “short” or “long”, and whether it is needed.

    Raises RoundRefused once proposals are open, and for more than ten.
    """
    if round_.stage != Stage.PREPARING:
        raise RoundRefused(N_("The rules are fixed: proposals were opened"))
    if len(questions) > MOST_QUESTIONS:
        raise RoundRefused(N_("Ask 10 questions or fewer"))
    db.session.execute(delete(RoundQuestion).where(RoundQuestion.round_id == round_.id))
    for position, (prompt, kind, is_needed) in enumerate(questions, start=1):
        db.session.add(
            RoundQuestion(
                round_id=round_.id,
                position=position,
                prompt=prompt,
                kind=kind,
                is_needed=is_needed,
            )
        )
    flag_modified(round_, "stage")  # the version of the round rises with its questions
    db.session.flush()
    record(
        Happening.QUESTIONS_SET,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        questions=len(questions),
    )


def _touch(draft: ProposalDraft, at: datetime) -> None:
    """Refuse what comes too late; else note the time, so that the draft's version rises."""
    refuse_when_shut(draft.round, paper=draft.channel == "paper", at=at)
    draft.saved_at = at
    flag_modified(draft, "saved_at")


def _erase_pictures(draft_only: Sequence[str]) -> None:
    """Erase photographs that neither a draft nor a version shows any more."""
    db.session.execute(
        delete(Picture).where(
            Picture.public_id.in_(draft_only),
            ~Picture.id.in_(select(DraftPicture.picture_id)),
            ~Picture.id.in_(select(VersionPicture.picture_id)),
        )
    )
