"""Reads of voters and of the ballot box. What somebody chose is read nowhere but by the count."""

from datetime import date, datetime

from sqlalchemy import func, select

from engage.accounts.rules import token_hash
from engage.budgeting.keys import keys_of
from engage.budgeting.models import (
    Ballot,
    CodeBatch,
    Round,
    Seal,
    Voter,
    VoterCode,
    VoterIdentity,
    VoterLink,
    VotingPass,
)
from engage.budgeting.rules.ballots import Standing, ballot_key, receipt_bytes, shuffled
from engage.engagements.models import Engagement, ParticipationFact
from engage.extensions import db
from engage.web.rules import day_of


def voter_of_pass(round_id: int, token: str, at: datetime) -> bytes | None:
    """Return the uid of the voter whom an open voting pass lets in; None for any other token."""
    if not token:
        return None
    return db.session.scalar(
        select(VotingPass.voter_uid).where(
            VotingPass.token_hash == token_hash(token),
            VotingPass.round_id == round_id,
            VotingPass.expires_at > at,
        )
    )


def standing_ballot(round_id: int, key: bytes) -> Standing | None:
    """Return what stands under a ballot key, without what was chosen; None before a vote."""
    found = db.session.execute(
        select(Ballot.version, Ballot.submission_id, Ballot.leaf, Ballot.source).where(
            Ballot.round_id == round_id, Ballot.ballot_key == key
        )
    ).one_or_none()
    if found is None:
        return None
    return Standing(found[0], found[1], found[2] or b"", is_desk=found[3] == "desk")


def ballot_of(round_: Round, uid: bytes) -> Standing | None:
    """Return whether and as which version a voter's ballot stands. Raises KeysRefused."""
    key = ballot_key(keys_of(round_.id, round_.key_check), round_.id, uid)
    return standing_ballot(round_.id, key)


def ballot_order(round_: Round, uid: bytes, ids: list[int]) -> list[int]:
    """Return project ids in the order in which this voter sees them, today and tomorrow."""
    return shuffled(keys_of(round_.id, round_.key_check), uid, ids)


def holds_receipt(round_id: int, reference: str) -> bool:
    """Say whether a ballot with this receipt is in the box: the latest of its voter."""
    start = receipt_bytes(reference)
    return (
        db.session.scalar(
            select(Ballot.version).where(
                Ballot.round_id == round_id,
                Ballot.leaf >= start + bytes(22),
                Ballot.leaf <= start + b"\xff" * 22,
            )
        )
        is not None
    )


def voter_of_identity(round_id: int, identity: bytes) -> bytes | None:
    """Return the uid of the voter who is known by this keyed identity in this round."""
    return db.session.scalar(
        select(VoterIdentity.voter_uid).where(
            VoterIdentity.round_id == round_id, VoterIdentity.identity_key == identity
        )
    )


def code_at(locator: str) -> VoterCode | None:
    """Return the code with this locator; locators differ over all rounds."""
    return db.session.scalar(select(VoterCode).where(VoterCode.locator == locator))


def taken_locators() -> set[str]:
    """Return the locators of all codes that were ever issued."""
    return set(db.session.scalars(select(VoterCode.locator)))


def codes_issued(round_id: int) -> int:
    """Return how many codes were issued for a round, without those of dropped batches."""
    issued = (VoterCode.round_id == round_id, VoterCode.status == "issued")
    return db.session.scalar(select(func.count()).select_from(VoterCode).where(*issued)) or 0


def batch_with(round_id: int, fingerprint: str) -> CodeBatch | None:
    """Return the round's batch of codes with this fingerprint."""
    return db.session.scalar(
        select(CodeBatch).where(
            CodeBatch.round_id == round_id, CodeBatch.fingerprint == fingerprint
        )
    )


def codes_made(round_id: int, fingerprint: str) -> int:
    """Return how many codes of a batch stand."""
    batch = batch_with(round_id, fingerprint)
    return batch.made if batch else 0


def unfinished_batch(round_id: int) -> CodeBatch | None:
    """Return the batch of codes that is being made or waits to be handed over."""
    return db.session.scalar(
        select(CodeBatch).where(
            CodeBatch.round_id == round_id, CodeBatch.stage.in_(("making", "waiting"))
        )
    )


def link_of(round_id: int, token: str, at: datetime) -> VoterLink | None:
    """Return the unused, unexpired link that ``token`` opens."""
    return db.session.scalar(
        select(VoterLink).where(
            VoterLink.token_hash == token_hash(token),
            VoterLink.round_id == round_id,
            VoterLink.is_used.is_(False),
            VoterLink.expires_on >= day_of(at),
        )
    )


def links_waiting(round_id: int, identity: bytes, at: datetime) -> int:
    """Return how many unused links were sent to one identity and are still good."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(VoterLink)
            .where(
                VoterLink.round_id == round_id,
                VoterLink.identity_key == identity,
                VoterLink.is_used.is_(False),
                VoterLink.expires_on >= day_of(at),
            )
        )
        or 0
    )


def leaves_of(round_id: int) -> list[bytes]:
    """Return the leaves of all ballots of a round, sorted, so that their order tells nothing.

    Desk marks have none.
    """
    leaves = db.session.scalars(select(Ballot.leaf).where(Ballot.round_id == round_id))
    return sorted(leaf for leaf in leaves if leaf is not None)


def desk_marks(round_id: int) -> int:
    """Return how many people a round's stations have marked as voting on paper."""
    marks = select(func.count()).where(Ballot.round_id == round_id, Ballot.source == "desk")
    return db.session.scalar(marks) or 0


def ballot_sources(round_id: int) -> dict[bytes, str]:
    """Return the channel of each ballot of a round by its key."""
    rows = db.session.execute(
        select(Ballot.ballot_key, Ballot.source).where(Ballot.round_id == round_id)
    )
    return dict(iter(rows))


def voters_of(round_id: int) -> list[Voter]:
    """Return everybody who may vote or could have voted in a round, in the order of their uid."""
    return list(
        db.session.scalars(select(Voter).where(Voter.round_id == round_id).order_by(Voter.uid))
    )


def handed_on_day(round_: Round) -> date | None:
    """Return the day of the last batch of voters that was handed on; None before the first."""
    return db.session.scalar(
        select(func.max(ParticipationFact.on_day)).where(
            ParticipationFact.engagement_id == round_.engagement_id,
            ParticipationFact.act == "ballot",
        )
    )


def latest_seal(round_id: int) -> Seal | None:
    """Return the newest seal of a round, None before the first."""
    return db.session.scalar(
        select(Seal).where(Seal.round_id == round_id).order_by(Seal.n.desc()).limit(1)
    )


def rounds_in_voting() -> list[Round]:
    """Return the rounds in the stage of voting, in the order of their ids."""
    return list(db.session.scalars(select(Round).where(Round.stage == "voting").order_by(Round.id)))


def round_named(name: str) -> Round | None:
    """Return a round by its id or its address."""
    wanted = select(Round).join(Round.engagement)
    if name.isascii() and name.isdigit() and len(name) < 10:
        return db.session.scalar(wanted.where(Round.id == int(name)))
    return db.session.scalar(wanted.where(Engagement.slug == name))
