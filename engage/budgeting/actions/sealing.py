"""Sealing the ballots of a round; and owning up to seals that an old copy of the database lost."""

import hashlib
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.keys import keys_of
from engage.budgeting.models import GapAcknowledged, Round, Scrutineer, Seal
from engage.budgeting.queries.approvals import bound_of
from engage.budgeting.queries.records import acknowledgement, gap_of, refuse_gap, scrutineers_of
from engage.budgeting.queries.voters import desk_marks, latest_seal, leaves_of
from engage.budgeting.rules.ballots import (
    NO_SEAL,
    SealFacts,
    blinded_root,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.seals import Gap, RecordDamaged, letter_of
from engage.budgeting.rules.stages import Stage
from engage.extensions import db
from engage.messages.actions import send
from engage.web.filters import long_instant
from engage.web.pages import absolute_url


def seal_ballots(round_: Round, reason: str, *, at: datetime) -> Seal:
    """Seal all ballots of the round as they stand, chained to the seal before.

    While people vote, the fingerprint is made under the round's key (``blinded_root``), so that
    seals an hour apart tell nobody whose vote came between. Each scrutineer is sent the seal.
    Raises GapRefused while the database is behind the record outside, KeysRefused without the key.
    """
    refuse_gap(round_.id)
    return _seal(round_, reason, at)


def _seal(round_: Round, reason: str, at: datetime) -> Seal:
    leaves, last = leaves_of(round_.id), latest_seal(round_.id)
    n, bound = (last.n + 1 if last else 1), bound_of(round_)
    if round_.stage == Stage.VOTING:
        root = blinded_root(keys_of(round_.id, round_.key_check), n, leaves, bound)
    else:
        root = seal_root(leaves, bound)
    facts = SealFacts(
        round_id=round_.id,
        n=n,
        at=at,
        ballots=len(leaves),
        root=root,
        prev_hash=last.hash if last else NO_SEAL,
        reason=reason,
        desk=desk_marks(round_.id),
    )
    seal = Seal(**vars(facts), hash=seal_hash(facts))
    db.session.add(seal)
    db.session.flush()
    _tell_scrutineers(round_, seal)
    return seal


def _tell_scrutineers(round_: Round, seal: Seal) -> None:
    for scrutineer in scrutineers_of(round_.id):
        subject, body = letter_of(
            round_.engagement.title,
            seal.n,
            long_instant(seal.at),
            seal.hash,
            absolute_url("seals.seals", slug=round_.engagement.slug),
        )
        address = hashlib.sha256(scrutineer.email.encode()).hexdigest()[:24]
        once = f"seal:{round_.id}:{seal.n}:{address}"
        send(scrutineer.email, subject, body, once=once, at=seal.at)


def name_scrutineer(
    round_: Round, name: str, email: str, *, at: datetime, by: int, role: str
) -> Scrutineer:
    """Let somebody outside be sent each seal from now on. Raises RoundRefused for a second time."""
    scrutineer = Scrutineer(round_id=round_.id, name=name, email=email)
    try:
        with db.session.begin_nested():
            db.session.add(scrutineer)
            db.session.flush()
    except IntegrityError:
        raise RoundRefused("Somebody with this email address gets the seals already") from None
    detail = {"scrutineer": scrutineer.id}
    _record(Happening.SEALS_SENT_TO, round_, at=at, by=by, role=role, **detail)
    return scrutineer


def release_scrutineer(
    round_: Round, scrutineer: Scrutineer, *, at: datetime, by: int, role: str
) -> None:
    """Send somebody no more seals, and forget their name and address."""
    detail = {"scrutineer": scrutineer.id}
    db.session.delete(scrutineer)
    db.session.flush()
    _record(Happening.SEALS_SENT_NO_MORE, round_, at=at, by=by, role=role, **detail)


# Gaps --------------------------------------------------------------------------------------------


def acknowledge_gap(round_: Round, *, at: datetime, by: int, role: str) -> bool:
    """Take note that the database lost seals, as the first or the second officer; say if done.

    With the second the lost seals are written into the database again, as the record outside has
    them, and a new seal follows that says what is there now: then votes are taken again. Raises
    RoundRefused where nothing is lost, or the same officer comes twice.
    """
    try:
        gap = gap_of(round_.id)
    except RecordDamaged as error:
        raise RoundRefused(
            "The record outside can’t be read. Whoever runs the server must put its file back"
        ) from error
    if gap is None:
        raise RoundRefused("Nothing is missing")
    noted = acknowledgement(round_.id, gap.last.facts.n)
    if noted is None:
        _note_first(round_, gap, at, by)
    elif noted.first_by == by:
        raise RoundRefused("Another officer must look into it too: two people, not one")
    else:
        _note_second(round_, gap, at, by)
    detail = {"seals": len(gap.missing), "ballots": gap.lost, "n": gap.last.facts.n}
    _record(Happening.GAP_ACKNOWLEDGED, round_, at=at, by=by, role=role, **detail)
    return noted is not None


def _note_first(round_: Round, gap: Gap, at: datetime, by: int) -> None:
    kept = gap.kept.facts if gap.kept else None
    row = GapAcknowledged(
        round_id=round_.id,
        n=gap.last.facts.n,
        seal_hash=gap.last.hash,
        kept_n=kept.n if kept else 0,
        kept_at=kept.at if kept else None,
        sealed_at=gap.last.facts.at,
        ballots_then=gap.last.facts.ballots,
        ballots_now=gap.ballots,
        first_by=by,
        first_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise RoundRefused("Somebody acknowledged it just now. Load the page again") from None


def _note_second(round_: Round, gap: Gap, at: datetime, by: int) -> None:
    done = db.session.execute(
        update(GapAcknowledged)
        .where(
            GapAcknowledged.round_id == round_.id,
            GapAcknowledged.n == gap.last.facts.n,
            GapAcknowledged.second_by.is_(None),
        )
        .values(second_by=by, second_at=at)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", done).rowcount == 0:
        raise RoundRefused("Somebody acknowledged it just now. Load the page again")
    for lost in gap.missing:
        if db.session.get(Seal, (round_.id, lost.facts.n)) is None:
            db.session.add(Seal(**vars(lost.facts), hash=lost.hash))
    db.session.flush()
    _seal(round_, "recovered", at)


def _record(
    happening: Happening, round_: Round, *, at: datetime, by: int, role: str, **detail: Any
) -> None:
    record(happening, f"round:{round_.id}", at=at, actor_id=by, actor_role=role, **detail)
