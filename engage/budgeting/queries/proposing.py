"""Reads for writing a proposal: who may open a draft, what a round asks, versions, similar ones."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import EDITORS
from engage.budgeting.models import (
    CoAuthor,
    Picture,
    Proposal,
    ProposalDraft,
    ProposalVersion,
    Round,
    RoundQuestion,
)
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import DRAFTS_KEPT, Asked, Asks, Content, read_content
from engage.budgeting.rules.similar import Text, similar
from engage.budgeting.rules.versions import Change, changes
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.partners.queries import partnership
from engage.places.queries import localities_of


def questions_of(round_id: int) -> list[RoundQuestion]:
    """Return the questions that a round adds, in their order."""
    return list(
        db.session.scalars(
            select(RoundQuestion)
            .where(RoundQuestion.round_id == round_id)
            .order_by(RoundQuestion.position)
        )
    )


def asks_of(round_: Round) -> Asks:
    """Return what a round asks of a proposal, as values."""
    questions = [Asked(q.id, q.prompt, q.kind, q.is_needed) for q in questions_of(round_.id)]
    themes = list(themes_of(round_.id))
    return Asks(round_.min_award_pence, round_.max_award_pence, questions, themes, round_.pots)


def place_names() -> dict[int, str]:
    """Return the names of the localities in which a project can be, by id."""
    return {place.id: place.name for place in localities_of(partnership().council_code)}


# Who may write -----------------------------------------------------------------------------------


def part_in_draft(
    draft: ProposalDraft, account_id: int | None, references: Sequence[str], *, officer: bool
) -> str:
    """Return what somebody is to a draft: “author”, “coauthor”, “officer” or ''.

    Officers write only what came on paper. Changes to a proposal are its own authors' to write.
    """
    if draft.proposal is not None:
        return part_in_proposal(draft.proposal, account_id, references)
    if draft.channel == "paper":
        return "officer" if officer else ""
    hashes = {reference_address(reference) for reference in references}
    own = draft.account_id is None and draft.reference_hash in hashes
    if own or _is_own(draft.account_id, draft.body_id, account_id):
        return "author"
    return "coauthor" if _is_co_author(CoAuthor.draft_id == draft.id, hashes) else ""


def part_in_proposal(proposal: Proposal, account_id: int | None, references: Sequence[str]) -> str:
    """Return what somebody is to a proposal: “author”, “coauthor” or ''."""
    hashes = {reference_address(reference) for reference in references}
    if proposal.reference_hash in hashes:
        return "author"
    if _is_own(proposal.account_id, proposal.body_id, account_id):
        return "author"
    if account_id is not None and any(
        _is_own(part.account_id, part.body_id, account_id) for part in merged_into(proposal.id)
    ):
        return "coauthor"
    return "coauthor" if _is_co_author(CoAuthor.proposal_id == proposal.id, hashes) else ""


def has_part_in(proposal: Proposal, account_id: int) -> bool:
    """Say whether an account, or a group that it belongs to, proposed this or a part of it.

    Who withdrew their part since proposed it all the same.
    """
    bodies = {body.id for body in bodies_of(account_id)}
    parts = db.session.scalars(select(Proposal).where(Proposal.merged_into_id == proposal.id))
    return any(
        part.account_id == account_id or part.body_id in bodies for part in (proposal, *parts)
    )


def merged_into(proposal_id: int) -> list[Proposal]:
    """Return the proposals that became part of this one, unless their authors withdrew since."""
    wanted = select(Proposal).where(
        Proposal.merged_into_id == proposal_id, Proposal.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(wanted.order_by(Proposal.id)))


def _is_own(owner_id: int | None, body_id: int | None, account_id: int | None) -> bool:
    if account_id is None:
        return False
    if body_id is None:
        return owner_id == account_id
    return any(
        body.id == body_id and part_in(body, account_id) in EDITORS
        for body in bodies_of(account_id)
    )


def _is_co_author(of: object, hashes: Collection[str]) -> bool:
    if not hashes:
        return False
    wanted = select(CoAuthor.id).where(of, CoAuthor.reference_hash.in_(hashes))  # type: ignore[arg-type]
    return db.session.scalar(wanted.limit(1)) is not None


def draft_in(round_id: int, public_id: str) -> ProposalDraft | None:
    """Return the draft at this address; whether it may be opened is another question."""
    return db.session.scalar(
        select(ProposalDraft).where(
            ProposalDraft.round_id == round_id, ProposalDraft.public_id == public_id
        )
    )


def begun_with(reference: str) -> ProposalDraft | Proposal | None:
    """Return what was begun on a page that had this reference, whoever may open it."""
    address = reference_address(reference)
    draft: ProposalDraft | None = db.session.scalar(
        select(ProposalDraft).where(ProposalDraft.reference_hash == address)
    )
    sent: Proposal | None = db.session.scalar(
        select(Proposal).where(Proposal.reference_hash == address)
    )
    return draft if draft is not None else sent


def changes_of(proposal_id: int) -> ProposalDraft | None:
    """Return the changes to a proposal that somebody has begun and not sent."""
    wanted = select(ProposalDraft).where(ProposalDraft.proposal_id == proposal_id)
    return db.session.scalar(wanted)


def opened_by(reference: str) -> ProposalDraft | Proposal | None:
    """Return what a reference opens, its author's or a co-author's.

    The draft of an account opens for the account only.
    """
    address = reference_address(reference)
    proposal: Proposal | None = db.session.scalar(
        select(Proposal).where(Proposal.reference_hash == address)
    )
    if proposal is not None:
        return proposal
    draft: ProposalDraft | None = db.session.scalar(
        select(ProposalDraft).where(ProposalDraft.reference_hash == address)
    )
    if draft is not None:
        return draft if draft.account_id is None and draft.channel == "online" else None
    known = db.session.scalar(select(CoAuthor).where(CoAuthor.reference_hash == address))
    if known is None:
        return None
    found: ProposalDraft | Proposal | None = (
        db.session.get(Proposal, known.proposal_id)
        if known.proposal_id is not None
        else db.session.get(ProposalDraft, known.draft_id)
    )
    return found


def open_drafts(
    round_id: int, account_id: int | None, references: Sequence[str], *, officer: bool = False
) -> list[ProposalDraft]:
    """Return the unsent drafts of a round that somebody may go on with, the newest first."""
    rows = db.session.scalars(
        select(ProposalDraft)
        .where(
            ProposalDraft.round_id == round_id,
            ProposalDraft.proposal_id.is_(None),
            ProposalDraft.id.in_(_candidates(account_id, references, officer)),
        )
        .order_by(ProposalDraft.saved_at.desc(), ProposalDraft.id.desc())
    )
    return [d for d in rows if part_in_draft(d, account_id, references, officer=officer)]


def _candidates(account_id: int | None, references: Sequence[str], officer: bool) -> list[int]:
    hashes = [reference_address(reference) for reference in references]
    found = set(
        db.session.scalars(select(ProposalDraft.id).where(ProposalDraft.reference_hash.in_(hashes)))
    ) | set(
        db.session.scalars(
            select(CoAuthor.draft_id).where(
                CoAuthor.reference_hash.in_(hashes), CoAuthor.draft_id.is_not(None)
            )
        )
    )
    if account_id is not None:
        bodies = [body.id for body in bodies_of(account_id)]
        own = (ProposalDraft.account_id == account_id) | ProposalDraft.body_id.in_(bodies)
        found |= set(db.session.scalars(select(ProposalDraft.id).where(own)))
    if officer:
        paper = ProposalDraft.channel == "paper"
        found |= set(db.session.scalars(select(ProposalDraft.id).where(paper)))
    return [number for number in found if number is not None]


def co_authors_of(thing: ProposalDraft | Proposal) -> list[CoAuthor]:
    """Return who else may write a draft or a proposal, in the order of their numbers."""
    of = (
        CoAuthor.proposal_id == thing.id
        if isinstance(thing, Proposal)
        else CoAuthor.draft_id == thing.id
    )
    return list(db.session.scalars(select(CoAuthor).where(of).order_by(CoAuthor.number)))


def drafts_to_erase(at: datetime) -> list[ProposalDraft]:
    """Return the drafts whose round has taken no proposals for so long that they are to go."""
    return list(
        db.session.scalars(
            select(ProposalDraft)
            .join(ProposalDraft.round)
            .where(Round.proposals_close_at <= at - DRAFTS_KEPT)
            .order_by(ProposalDraft.id)
        )
    )


# What it says ------------------------------------------------------------------------------------


def versions_of(proposal_id: int) -> list[ProposalVersion]:
    """Return the versions of a proposal, the first one first."""
    return list(
        db.session.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.proposal_id == proposal_id)
            .order_by(ProposalVersion.number)
            .options(selectinload(ProposalVersion.pictures))
        )
    )


def latest_versions(proposal_ids: Collection[int]) -> dict[int, ProposalVersion]:
    """Return the newest version of each proposal, by the proposal's id."""
    rows = db.session.scalars(
        select(ProposalVersion)
        .where(ProposalVersion.proposal_id.in_(proposal_ids))
        .order_by(ProposalVersion.number)
        .options(selectinload(ProposalVersion.pictures))
    )
    return {version.proposal_id: version for version in rows}


def said_by(proposal: Proposal, version: ProposalVersion | None) -> Content:
    """Return what a proposal says: its newest version, or its columns where it has none yet."""
    if version is not None:
        return read_content(version.content)
    return Content(
        title=proposal.title,
        summary=proposal.summary,
        beneficiaries=proposal.beneficiaries,
        cost_pence=proposal.cost_pence,
        pot=proposal.pot.number if proposal.pot is not None else None,
    )


def pictures_of(version: ProposalVersion | ProposalDraft | None) -> list[Picture]:
    """Return the photographs of a version or a draft, in their order."""
    return [] if version is None else [link.picture for link in version.pictures]


def history_of(proposal: Proposal) -> list[tuple[ProposalVersion, list[Change]]]:
    """Return the versions of a proposal, the newest first, each with what it changed.

    None were kept of a proposal from before there were versions.
    """
    versions, places = versions_of(proposal.id), place_names()
    prompts = {q.id: q.prompt for q in questions_of(proposal.round_id)}
    pots = {pot.number: pot.name for pot in proposal.round.pots}
    said = [(read_content(v.content), [p.alt for p in pictures_of(v)]) for v in versions]
    themes = themes_of(proposal.round_id)
    changed = [changes(old, new, places, prompts, themes, pots) for old, new in pairwise(said)]
    return list(zip(versions, [[], *changed], strict=False))[::-1]


def similar_to(round_id: int, content: Content, but: int | None) -> list[Proposal]:
    """Return up to three sent proposals of a round that resemble ``content``, but not itself."""
    sent = db.session.scalars(
        select(Proposal).where(Proposal.round_id == round_id, Proposal.stage != "left_out")
    )
    others = {proposal.id: proposal for proposal in sent if proposal.id != but}
    texts = [
        Text(p.id, p.title, f"{p.summary} {p.beneficiaries} {p.near}") for p in others.values()
    ]
    own = Text(0, content.title, f"{content.summary} {content.beneficiaries} {content.near}")
    return [others[key] for key, _ in similar(own, texts, place_names().values())]
