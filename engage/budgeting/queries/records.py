"""Reads of seals: all of a round's, what the record outside says of them, and who is sent them."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import func, select

from engage.budgeting.anchors import record_of
from engage.budgeting.models import Ballot, GapAcknowledged, Round, Scrutineer, Seal
from engage.budgeting.rules.ballots import GapRefused, RecordRefused, SealFacts
from engage.budgeting.rules.seals import Anchor, Gap, RecordDamaged
from engage.extensions import db

BEHIND = "Votes may be missing here, so we take none until two officers have looked into it"
UNREADABLE = (
    "The record of seals outside can't be read, so we take no votes until whoever runs the server "
    "has put its file back"
)


def seals_of(round_id: int, after: int = 0) -> list[Anchor]:
    """Return the seals of a round, first to last; those after the ``after``-th only."""
    return [
        anchor_of(seal)
        for seal in db.session.scalars(
            select(Seal).where(Seal.round_id == round_id, Seal.n > after).order_by(Seal.n)
        )
    ]


def anchor_of(seal: Seal) -> Anchor:
    """Return a seal as a value, with its hash."""
    facts = {field.name: getattr(seal, field.name) for field in fields(SealFacts)}
    return Anchor(SealFacts(**facts), seal.hash)


def sealed_rounds() -> list[tuple[int, str, int]]:
    """Return each round that has a seal: its id, the name of its record, its newest seal."""
    rows = db.session.execute(
        select(Round.id, Round.record_name, func.max(Seal.n))
        .join(Seal, Seal.round_id == Round.id)
        .group_by(Round.id, Round.record_name)
        .order_by(Round.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def gap_of(round_id: int, name: str = "") -> Gap | None:
    """Return what the database lacks of the record outside; None: they agree.

    ``name`` is the name of its record, where it was read already. Where two officers have
    acknowledged a gap, nothing is lacking any more. It costs one look at a file's size and a read
    by a key, since each vote asks. Raises RecordDamaged.
    """
    name = name or db.session.scalars(select(Round.record_name).where(Round.id == round_id)).one()
    record = record_of(name)
    if not record:
        return None
    last = record[-1]
    here = select(Seal.hash).where(Seal.round_id == round_id, Seal.n == last.facts.n)
    if db.session.scalar(here) == last.hash or _is_acknowledged(round_id, last):
        return None
    return _gap(round_id, record)


def _is_acknowledged(round_id: int, last: Anchor) -> bool:
    found = acknowledgement(round_id, last.facts.n)
    return found is not None and found.seal_hash == last.hash and found.second_by is not None


def _gap(round_id: int, record: Sequence[Anchor]) -> Gap:
    hashes = {seal.facts.n: seal.hash for seal in seals_of(round_id)}
    agreed = [anchor for anchor in record if hashes.get(anchor.facts.n) == anchor.hash]
    missing = [anchor for anchor in record if anchor not in agreed]
    held = select(func.count()).where(Ballot.round_id == round_id, Ballot.source != "desk")
    return Gap(
        last=record[-1],
        missing=tuple(missing),
        kept=agreed[-1] if agreed else None,
        ballots=db.session.scalar(held) or 0,
    )


def refuse_gap(round_id: int, name: str = "") -> None:
    """Raise GapRefused where the database is behind the record outside.

    Where the record itself can't be read it is a RecordRefused: then nobody can tell.
    """
    try:
        gap = gap_of(round_id, name)
    except RecordDamaged as error:
        raise RecordRefused(UNREADABLE) from error
    if gap is not None:
        raise GapRefused(BEHIND)


def is_behind(round_id: int, name: str = "") -> bool:
    """Say whether a round takes no votes because of its record outside."""
    return record_state(round_id, name) != ""


def record_state(round_id: int, name: str = "") -> str:
    """Return why a round takes no votes: “behind” its record, which is “unreadable”, or ''."""
    try:
        refuse_gap(round_id, name)
    except RecordRefused:
        return "unreadable"
    except GapRefused:
        return "behind"
    return ""


def acknowledgement(round_id: int, n: int) -> GapAcknowledged | None:
    """Return who has acknowledged that seals up to the ``n``-th were lost; None: nobody yet."""
    return db.session.get(GapAcknowledged, (round_id, n), populate_existing=True)


def acknowledged_gaps(round_id: int) -> list[GapAcknowledged]:
    """Return the gaps of a round that two officers acknowledged, oldest first."""
    return list(
        db.session.scalars(
            select(GapAcknowledged)
            .where(GapAcknowledged.round_id == round_id, GapAcknowledged.second_by.is_not(None))
            .order_by(GapAcknowledged.n)
        )
    )


def scrutineers_of(round_id: int) -> list[Scrutineer]:
    """Return who is sent each seal of a round, by name."""
    return list(
        db.session.scalars(
            select(Scrutineer)
            .where(Scrutineer.round_id == round_id)
            .order_by(Scrutineer.name, Scrutineer.id)
        )
    )
